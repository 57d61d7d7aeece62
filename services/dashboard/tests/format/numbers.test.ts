import { expect, test } from "vitest";

import { bytes, change, share, shortCount } from "../../src/format/numbers";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [99_949, "99.9 kB"],
  [123_456, "123 kB"],
  [999_600, "1.0 MB"],
  [19_000_000, "19.0 MB"],
])("%d bytes are told as %s", (value, text) => {
  expect(bytes(value)).toBe(text);
});

test("a share of nothing is a dash, and a small one is never told as none", () => {
  expect(share(0, 0)).toBe("–");
  expect(share(0, 10)).toBe("0 %");
  expect(share(1, 100_000)).toBe("< 0.1 %");
  expect(share(1, 16)).toBe("6.3 %");
  expect(share(1, 2)).toBe("50 %");
});

test("a change is told in per cent, or as a multiple where per cent would say nothing", () => {
  expect(change(12, 10)).toBe("+20 %");
  expect(change(6, 10)).toBe("−40 %");
  expect(change(150, 10)).toBe("×15");
  expect(change(5, 0)).toBeUndefined();
  expect(change(5, 5)).toBeUndefined();
});

test("large counts are short", () => {
  expect(shortCount(9_999)).toBe("9,999");
  expect(shortCount(12_345)).toBe("12.3K");
});
