import { expect, test } from "vitest";

import { elementPath, isWithin, memberPath, ROOT } from "../../src/frames/jsonPath";

test("paths are normalized as RFC 9535 says", () => {
  expect(elementPath(memberPath(memberPath(ROOT, "params"), "a.b"), 0)).toBe("$['params']['a.b'][0]");
  expect(memberPath(ROOT, "'\\\n\u000b")).toBe("$['\\'\\\\\\n\\u000b']");
});

test("a path is within itself and what is above it, never within a name it only begins with", () => {
  expect(isWithin("$['a'][0]", "$['a']")).toBe(true);
  expect(isWithin("$['a']", "$['a']")).toBe(true);
  expect(isWithin("$['a']", "$['a'][0]")).toBe(false);
  expect(isWithin("$[10]", "$[1]")).toBe(false);
});
