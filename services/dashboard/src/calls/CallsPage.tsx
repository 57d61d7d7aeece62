import { Card, Group, Select, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";

import { callsQuery, type CallsFilter } from "../api/queries";
import { OUTCOMES, outcomeText } from "../format/words";
import { usePollInterval } from "../live/liveContext";
import { LevelFilter } from "../search/LevelFilter";
import { ServerFilter } from "../search/ServerFilter";
import { Empty } from "../states/Empty";
import { PagedList } from "../states/PagedList";
import { CallsTable } from "./CallsTable";

const route = getRouteApi("/shell/calls");

export function CallsPage() {
  const filter = route.useSearch();
  const navigate = useNavigate();
  const set = (change: Partial<CallsFilter>) =>
    void navigate({ to: "/calls", search: { ...filter, ...change }, replace: true });
  return (
    <>
      <Group justify="space-between" mb="md" align="end">
        <Title order={1} size="h3">
          Calls
        </Title>
        <Group gap="xs">
          <ServerFilter
            value={filter.server}
            onChange={(server) => {
              set({ server });
            }}
          />
          <Select
            aria-label="Outcome"
            placeholder="Any outcome"
            size="xs"
            w={140}
            clearable
            data={OUTCOMES.map((value) => ({ value, label: outcomeText(value) }))}
            value={filter.outcome ?? null}
            onChange={(outcome) => {
              set({ outcome: outcome ?? undefined });
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
        <Calls filter={filter} />
      </Card>
    </>
  );
}

function Calls({ filter }: { filter: CallsFilter }) {
  const pages = useInfiniteQuery({ ...callsQuery(filter), refetchInterval: usePollInterval() });
  return (
    <PagedList
      pages={pages}
      rowsOf={(page) => page.calls}
      what="calls"
      empty={<Empty title="No calls">No call ended that fits these filters.</Empty>}
    >
      {(calls) => <CallsTable calls={calls} label="Calls" />}
    </PagedList>
  );
}
