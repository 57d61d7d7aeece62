/** Calls as they end, merged into a page that is shown. */
import type { Call, CallsPage } from "../api/client";
import { callName } from "../format/words";

/** The page with new calls in front: each once, newest end first, at most `limit`. */
export function withNewCalls(page: CallsPage, fresh: readonly Call[], limit: number): CallsPage {
  const byName = new Map([...page.calls, ...fresh].map((call) => [callName(call), call]));
  const calls = [...byName.values()].sort(
    (a, b) => compare(b.closed_at, a.closed_at) || compare(callName(a), callName(b)),
  );
  return { ...page, calls: calls.slice(0, limit) };
}

// Times of one form order as texts do, to the microsecond.
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
