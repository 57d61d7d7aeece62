/** Changes pushed into what the pages hold; while nothing is pushed, the pages ask now and then. */
import { useQueryClient, type Query, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

import type { Call } from "../api/client";
import { RECENT_CALLS, recentCallsQuery } from "../api/queries";
import { LiveContext } from "./liveContext";
import { statusAfter, type LiveSign, type LiveStatus } from "./liveStatus";
import { openLiveStream } from "./liveStream";
import { withNewCalls } from "./recentCalls";
import { throttled } from "./throttle";

const REFRESH_MS = 1000;
const PAGES_REFRESHED = 3;

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [status, setStatus] = useState<LiveStatus>("connecting");
  useEffect(() => listenWhileVisible(client, setStatus), [client]);
  return <LiveContext value={status}>{children}</LiveContext>;
}

/** Browsers allow few connections to one service: a page that nobody sees keeps none. */
function listenWhileVisible(client: QueryClient, onStatus: (status: LiveStatus) => void): () => void {
  const refresh = throttled(() => void client.invalidateQueries({ predicate: isShort }), REFRESH_MS);
  const onSign = (sign: LiveSign, calls: readonly Call[]) => {
    onStatus(statusAfter(sign));
    showCalls(client, calls);
    // `ready` too: what happened while nothing was heard.
    if (sign !== "error") {
      refresh.call();
    }
  };
  let close: (() => void) | undefined;
  const follow = () => {
    close?.();
    close = document.hidden ? undefined : openLiveStream(onSign);
  };
  follow();
  document.addEventListener("visibilitychange", follow);
  return () => {
    document.removeEventListener("visibilitychange", follow);
    refresh.cancel();
    close?.();
  };
}

/** Who has unfolded many pages reads what is behind, and does not ask for all of it again every second. */
function isShort(query: Query): boolean {
  const data = query.state.data as { pages?: readonly unknown[] } | undefined;
  return (data?.pages?.length ?? 1) <= PAGES_REFRESHED;
}

function showCalls(client: QueryClient, calls: readonly Call[]): void {
  if (calls.length > 0) {
    client.setQueryData(recentCallsQuery.queryKey, (page) => page && withNewCalls(page, calls, RECENT_CALLS));
  }
}
