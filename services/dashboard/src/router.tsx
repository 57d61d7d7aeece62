/** The addresses of the pages. Filters stand in the address, so that a view can be sent to somebody. */
import { createRootRoute, createRoute, createRouter, Outlet } from "@tanstack/react-router";

import type { CallsFilter, FramesFilter, RunsFilter } from "./api/queries";
import { CallsPage } from "./calls/CallsPage";
import { KINDS, OUTCOMES, RISK_LEVELS } from "./format/words";
import { LoginPage } from "./login/LoginPage";
import { OverviewPage } from "./overview/OverviewPage";
import { RunPage } from "./runs/RunPage";
import { RunsPage } from "./runs/RunsPage";
import { oneOf, seqOf, textOf } from "./search/parameters";
import { Shell } from "./shell/Shell";
import { NotFound } from "./states/NotFound";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const login = createRoute({ getParentRoute: () => root, path: "/login", component: LoginPage });
const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });
const overview = createRoute({ getParentRoute: () => shell, path: "/", component: OverviewPage });

const callsRoute = createRoute({
  getParentRoute: () => shell,
  path: "/calls",
  component: CallsPage,
  validateSearch: (search): CallsFilter => ({
    server: textOf(search.server),
    outcome: oneOf(OUTCOMES, search.outcome),
    level: oneOf(RISK_LEVELS, search.level),
    run: textOf(search.run),
  }),
});

const runsRoute = createRoute({
  getParentRoute: () => shell,
  path: "/runs",
  component: RunsPage,
  validateSearch: (search): RunsFilter => ({
    server: textOf(search.server),
    level: oneOf(RISK_LEVELS, search.level),
  }),
});

const runRoute = createRoute({
  getParentRoute: () => shell,
  path: "/runs/$runId",
  component: RunPage,
  validateSearch: (search): FramesFilter => ({
    direction: oneOf(["client_to_server", "server_to_client"] as const, search.direction),
    kind: oneOf(KINDS, search.kind),
    level: oneOf(RISK_LEVELS, search.level),
    from_seq: seqOf(search.from_seq),
  }),
});

export const router = createRouter({
  routeTree: root.addChildren([login, shell.addChildren([overview, callsRoute, runsRoute, runRoute])]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
