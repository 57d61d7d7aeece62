import { Card, Group, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";

import { runsQuery, type RunsFilter } from "../api/queries";
import { usePollInterval } from "../live/liveContext";
import { LevelFilter } from "../search/LevelFilter";
import { ServerFilter } from "../search/ServerFilter";
import { Empty, NothingRecorded } from "../states/Empty";
import { PagedList } from "../states/PagedList";
import { RunsTable } from "./RunsTable";

const route = getRouteApi("/shell/runs");

export function RunsPage() {
  const filter = route.useSearch();
  const navigate = useNavigate();
  const set = (change: Partial<RunsFilter>) =>
    void navigate({ to: "/runs", search: { ...filter, ...change }, replace: true });
  return (
    <>
      <Group justify="space-between" mb="md" align="end">
        <Title order={1} size="h3">
          Runs
        </Title>
        <Group gap="xs">
          <ServerFilter
            value={filter.server}
            onChange={(server) => {
              set({ server });
            }}
          />
          <LevelFilter
            value={filter.level}
            onChange={(level) => {
              set({ level });
            }}
          />
        </Group>
      </Group>
      <Card padding={0}>
        <Runs filter={filter} />
      </Card>
    </>
  );
}

function Runs({ filter }: { filter: RunsFilter }) {
  const pages = useInfiniteQuery({ ...runsQuery(filter), refetchInterval: usePollInterval() });
  const isFiltered = filter.server !== undefined || filter.level !== undefined;
  return (
    <PagedList
      pages={pages}
      rowsOf={(page) => page.runs}
      what="runs"
      empty={isFiltered ? <Empty title="No runs">No run fits these filters.</Empty> : <NothingRecorded />}
    >
      {(runs) => <RunsTable runs={runs} />}
    </PagedList>
  );
}
