import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { throttled } from "../../src/live/throttle";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the first call works at once, those behind it once more together", () => {
  const work = vi.fn();
  const { call } = throttled(work, 100);
  call();
  call();
  call();
  expect(work).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(100);
  expect(work).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect(work).toHaveBeenCalledTimes(2);
});

test("what is cancelled does not come", () => {
  const work = vi.fn();
  const { call, cancel } = throttled(work, 100);
  call();
  call();
  cancel();
  vi.advanceTimersByTime(1000);
  expect(work).toHaveBeenCalledTimes(1);
});
