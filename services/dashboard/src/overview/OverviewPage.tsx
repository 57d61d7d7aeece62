/** The last 24 hours at a glance, and calls as they end. */
import { Card, Grid, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import type { Hour, Overview } from "../api/client";
import { hourlyQuery, overviewQuery, recentCallsQuery, serversQuery } from "../api/queries";
import { CallsTable } from "../calls/CallsTable";
import { count, share } from "../format/numbers";
import { duration } from "../format/times";
import { usePollInterval } from "../live/liveContext";
import { LinkAnchor } from "../shell/LinkAnchor";
import { NothingRecorded } from "../states/Empty";
import { Failure } from "../states/Failure";
import { Notices } from "./Notices";
import { ServersTable } from "./ServersTable";
import { StatCard } from "./StatCard";

const HourlyChart = lazy(() => import("./HourlyChart"));

export function OverviewPage() {
  const refetchInterval = usePollInterval();
  const overview = useQuery({ ...overviewQuery, refetchInterval });
  const hourly = useQuery({ ...hourlyQuery, refetchInterval });
  if (overview.error && !overview.data) {
    return <Failure error={overview.error} onRetry={() => void overview.refetch()} />;
  }
  return (
    <Stack gap="md">
      <Group justify="space-between" align="baseline">
        <Title order={1} size="h3">
          Last 24 hours
        </Title>
        {overview.data ? <RunsLine overview={overview.data} /> : null}
      </Group>
      {overview.data ? <Notices overview={overview.data} /> : null}
      {overview.data ? <Stats overview={overview.data} hours={hourly.data?.hours ?? []} /> : <Skeleton h={112} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Card h="100%">
            <Title order={2} size="h6" mb="xs">
              Calls by hour
            </Title>
            <Suspense fallback={<Skeleton h={216} />}>
              {hourly.data ? <HourlyChart hours={hourly.data.hours} /> : <Skeleton h={216} />}
            </Suspense>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Servers />
        </Grid.Col>
      </Grid>
      <RecentCalls />
    </Stack>
  );
}

function RunsLine({ overview }: { overview: Overview }) {
  return (
    <Text size="sm" className="quiet">
      {count(overview.runs)} runs, {count(overview.running)} running · {count(overview.now.frames)} frames
      {overview.now.p95_us === null ? "" : ` · p95 ${duration(overview.now.p95_us)}`}
    </Text>
  );
}

function Stats({ overview: { now, before }, hours }: { overview: Overview; hours: readonly Hour[] }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="md">
      <StatCard
        title="Calls"
        now={now.calls}
        before={before.calls}
        hours={hours.map((hour) => hour.calls)}
        note={now.p50_us === null ? "none ended" : `median ${duration(now.p50_us)}`}
        colour="brand"
      />
      <StatCard
        title="Errors"
        now={now.errors}
        before={before.errors}
        hours={hours.map((hour) => hour.errors)}
        note={`${share(now.errors, now.calls)} of calls`}
        colour="red"
      />
      <StatCard
        title="Redactions"
        now={now.redactions}
        before={before.redactions}
        hours={hours.map((hour) => hour.redactions)}
        note="values replaced by tokens"
        colour="violet"
      />
      <StatCard
        title="High risk"
        now={now.high_risk}
        before={before.high_risk}
        hours={hours.map((hour) => hour.high_risk)}
        note="frames of risk level high"
        colour="orange"
      />
    </SimpleGrid>
  );
}

function Servers() {
  const { data } = useQuery({ ...serversQuery, refetchInterval: usePollInterval() });
  return (
    <Card h="100%" padding="md">
      <Title order={2} size="h6" mb="xs">
        Servers
      </Title>
      {data ? (
        data.servers.length > 0 ? (
          <ServersTable servers={data.servers} />
        ) : (
          <Text size="sm" className="quiet">
            No server was used in this time.
          </Text>
        )
      ) : (
        <Skeleton h={180} />
      )}
    </Card>
  );
}

function RecentCalls() {
  const recent = useQuery({ ...recentCallsQuery, refetchInterval: usePollInterval() });
  return (
    <Card padding={0}>
      <Group justify="space-between" px="md" pt="sm" pb={4}>
        <Title order={2} size="h6">
          Recent calls
        </Title>
        <LinkAnchor to="/calls" size="xs">
          All calls
        </LinkAnchor>
      </Group>
      {recent.error && !recent.data ? (
        <Failure error={recent.error} onRetry={() => void recent.refetch()} />
      ) : recent.data === undefined ? (
        <Skeleton h={240} />
      ) : recent.data.calls.length === 0 ? (
        <NothingRecorded />
      ) : (
        <CallsTable calls={recent.data.calls} label="Recent calls" />
      )}
    </Card>
  );
}
