import { expect, test } from "vitest";

import { oneOf, seqOf, textOf } from "../../src/search/parameters";

test("an address may hold anything; only what is known is understood", () => {
  expect(oneOf(["ok", "error"], "ok")).toBe("ok");
  expect(oneOf(["ok", "error"], { toString: () => "ok" })).toBeUndefined();
  expect(textOf(7)).toBe("7");
  expect(textOf(["x"])).toBeUndefined();
  expect(seqOf("12")).toBe(12);
  expect([seqOf("0"), seqOf("-1"), seqOf("1.5"), seqOf("9".repeat(30)), seqOf(undefined)]).toEqual(
    Array(5).fill(undefined),
  );
});
