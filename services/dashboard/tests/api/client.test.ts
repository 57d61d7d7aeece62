import { expect, test } from "vitest";

import { answered, errorOf } from "../../src/api/client";

test("the envelope's code and sentence become the error", () => {
  const error = errorOf(503, { error: { code: "database_away", message: "Postgres does not answer.", details: [] } });
  expect([error.status, error.code, error.message]).toEqual([503, "database_away", "Postgres does not answer."]);
});

test("an answer of somebody in between is an error all the same", () => {
  expect(errorOf(502, "<html>").code).toBe("unknown");
  expect(errorOf(502, null).message).toBe("The service answered 502.");
});

test("no answer at all is an error with status 0", async () => {
  await expect(answered(Promise.reject(new TypeError("network")))).rejects.toMatchObject({
    status: 0,
    code: "unreachable",
  });
});
