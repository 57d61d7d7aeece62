import { expect, test } from "vitest";

import { children, parseExactly } from "../../src/frames/exactJson";

test("numbers stay as they were written", () => {
  expect(parseExactly("12345678901234567890")).toEqual({ source: "12345678901234567890" });
  expect(parseExactly("1.50e2")).toEqual({ source: "1.50e2" });
});

test("members have their names, also those that mean something to objects", () => {
  const tree = parseExactly('{"__proto__": 1, "constructor": [true, null]}');
  expect(children(tree ?? null)?.map(([name]) => name)).toEqual(["__proto__", "constructor"]);
});

test("an object that looks like a number of ours is an object", () => {
  expect(children(parseExactly('{"source": "1"}') ?? null)).toEqual([["source", "1"]]);
});

test("a text that is no JSON has no tree", () => {
  expect(parseExactly("{")).toBeUndefined();
});
