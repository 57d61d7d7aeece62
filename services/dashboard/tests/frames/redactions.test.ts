import { expect, test } from "vitest";

import type { Finding } from "../../src/api/client";
import { digest, pieces } from "../../src/frames/redactions";

const finding = (token: string): Finding => ({ type: "email", rule: "email@1", path: "$", token, in_key: false });
const one = finding("«email:k1:aaaa»");
const other = finding("«email:k1:bbbb»");

test("tokens of findings are cut out in their order, each time they stand there", () => {
  const text = `${other.token} and ${one.token}${one.token}!`;
  expect(pieces(text, [one, other])).toEqual([
    { finding: other },
    { text: " and " },
    { finding: one },
    { finding: one },
    { text: "!" },
  ]);
});

test("what only looks like a token stays text", () => {
  expect(pieces("«email:k1:cccc»", [one])).toEqual([{ text: "«email:k1:cccc»" }]);
  expect(pieces(one.token, [])).toEqual([{ text: one.token }]);
});

test("a finding without a token cuts nothing and ends", () => {
  expect(pieces("text", [finding("")])).toEqual([{ text: "text" }]);
  expect(pieces("", [one])).toEqual([]);
});

test("a digest is a few characters of the keyed part", () => {
  expect(digest("«email:k1:0123456789»")).toBe("012345");
});
