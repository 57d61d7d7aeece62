import { expect, test } from "vitest";

import { sparklinePath } from "../../src/overview/sparkline";

test("the highest value is at the top and zeros lie at the bottom", () => {
  expect(sparklinePath([0, 5, 10], 100, 30)).toBe("M0 30L50 15L100 0");
  expect(sparklinePath([0, 0], 100, 30)).toBe("M0 30L100 30");
  expect(sparklinePath([], 100, 30)).toBe("");
});
