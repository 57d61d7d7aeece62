import { expect, test } from "vitest";

import type { Call, CallsPage } from "../../src/api/client";
import { withNewCalls } from "../../src/live/recentCalls";

const call = (seq: number, second: number) =>
  ({ run_id: "r", opened_seq: seq, item: 0, closed_at: `2026-11-23T10:00:0${second}.000000Z` }) as Call;
const page = (calls: Call[]): CallsPage => ({ calls, next_cursor: null, as_of: "" });
const seqs = (shown: CallsPage) => shown.calls.map((each) => each.opened_seq);

test("new calls stand in front, each once, and old ones leave", () => {
  expect(seqs(withNewCalls(page([call(2, 2), call(1, 1)]), [call(3, 3), call(2, 2)], 2))).toEqual([3, 2]);
});

test("a call that comes late stands where its end says", () => {
  expect(seqs(withNewCalls(page([call(3, 3), call(1, 1)]), [call(2, 2)], 9))).toEqual([3, 2, 1]);
});
