/** What the pages ask, with the keys under which answers are kept. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import api, { answered, type Frame, type Outcome, type RiskLevel } from "./client";

export const RECENT_CALLS = 12;
const CALLS_PER_PAGE = 100;
const RUNS_PER_PAGE = 50;
const FRAMES_PER_PAGE = 100;

export interface CallsFilter {
  server?: string | undefined;
  outcome?: Outcome | undefined;
  level?: RiskLevel | undefined;
  run?: string | undefined;
}

export interface RunsFilter {
  server?: string | undefined;
  level?: RiskLevel | undefined;
}

export interface FramesFilter {
  direction?: NonNullable<Frame["direction"]> | undefined;
  kind?: Frame["kind"] | undefined;
  level?: RiskLevel | undefined;
  from_seq?: number | undefined;
}

const first = undefined as string | undefined;
const next = (page: { next_cursor: string | null }) => page.next_cursor ?? undefined;

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: () => answered(api.GET("/api/overview")),
});

export const hourlyQuery = queryOptions({
  queryKey: ["hourly"],
  queryFn: () => answered(api.GET("/api/stats/hourly")),
});

export const serversQuery = queryOptions({
  queryKey: ["servers"],
  queryFn: () => answered(api.GET("/api/stats/servers")),
});

export const recentCallsQuery = queryOptions({
  queryKey: ["recent-calls"],
  queryFn: () => answered(api.GET("/api/calls", { params: { query: { limit: RECENT_CALLS } } })),
});

export const callsQuery = (filter: CallsFilter) =>
  infiniteQueryOptions({
    queryKey: ["calls", filter],
    queryFn: ({ pageParam }) =>
      answered(api.GET("/api/calls", { params: { query: { ...filter, cursor: pageParam, limit: CALLS_PER_PAGE } } })),
    initialPageParam: first,
    getNextPageParam: next,
  });

export const runsQuery = (filter: RunsFilter) =>
  infiniteQueryOptions({
    queryKey: ["runs", filter],
    queryFn: ({ pageParam }) =>
      answered(api.GET("/api/runs", { params: { query: { ...filter, cursor: pageParam, limit: RUNS_PER_PAGE } } })),
    initialPageParam: first,
    getNextPageParam: next,
  });

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: ["run", runId],
    queryFn: () => answered(api.GET("/api/runs/{run_id}", { params: { path: { run_id: runId } } })),
  });

export const framesQuery = (runId: string, filter: FramesFilter) =>
  infiniteQueryOptions({
    queryKey: ["frames", runId, filter],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET("/api/runs/{run_id}/frames", {
          params: { path: { run_id: runId }, query: { ...filter, cursor: pageParam, limit: FRAMES_PER_PAGE } },
        }),
      ),
    initialPageParam: first,
    getNextPageParam: next,
  });
