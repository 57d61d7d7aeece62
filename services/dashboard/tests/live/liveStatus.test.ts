import { expect, test } from "vitest";

import { pollInterval, statusAfter } from "../../src/live/liveStatus";

test("pages ask now and then exactly while nothing is pushed", () => {
  expect(pollInterval(statusAfter("ready"))).toBe(false);
  expect(pollInterval(statusAfter("update"))).toBe(false);
  expect(pollInterval(statusAfter("error"))).toBe(3000);
  expect(pollInterval(statusAfter("away"))).toBe(3000);
});
