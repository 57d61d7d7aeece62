import { expect, test } from "vitest";

import { ago, duration, micros, offset } from "../../src/format/times";

test.each([
  [0, "0 µs"],
  [999, "999 µs"],
  [1000, "1.00 ms"],
  [12_340, "12.3 ms"],
  [999_400, "999 ms"],
  [999_600, "1.00 s"],
  [4_560_000, "4.56 s"],
  [200_000_000, "3 min 20 s"],
  [3_660_000_000, "1 h 1 min"],
])("%d µs last %s", (us, text) => {
  expect(duration(us)).toBe(text);
});

test.each([
  [12_999, "0.012 s"],
  [59_870_000, "59.870 s"],
  [1_800_012_000, "30:00.012"],
  [3_723_004_000, "1:02:03.004"],
])("%d µs into a run are %s", (us, text) => {
  expect(offset(us)).toBe(text);
});

test("microseconds of a moment are exact", () => {
  expect(micros("1970-01-01T00:00:01.000001Z")).toBe(1_000_001);
  expect(micros("2026-11-23T10:00:00.999999Z") - micros("2026-11-23T10:00:00.000000Z")).toBe(999_999);
});

test("a moment ahead of the browser's clock is just now", () => {
  expect(ago("1970-01-01T00:01:00Z", 0)).toBe("just now");
  expect(ago("1970-01-01T00:00:00Z", 60_000)).toBe("60 s ago");
  expect(ago("1970-01-01T00:00:00Z", 600_000)).toBe("10 min ago");
});
