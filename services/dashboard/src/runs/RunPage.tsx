/** One run: what is known of it, and its frames. */
import { Breadcrumbs, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { runQuery } from "../api/queries";
import { FramesCard } from "../frames/FramesCard";
import { usePollInterval } from "../live/liveContext";
import { RiskBadge } from "../risk/RiskBadge";
import { LinkAnchor } from "../shell/LinkAnchor";
import { Failure } from "../states/Failure";
import { RunFacts } from "./RunFacts";
import { RunState } from "./RunState";

const route = getRouteApi("/shell/runs/$runId");

export function RunPage() {
  const { runId } = route.useParams();
  const filter = route.useSearch();
  const run = useQuery({ ...runQuery(runId), refetchInterval: usePollInterval() });
  if (run.error && !run.data) {
    return <Failure error={run.error} onRetry={() => void run.refetch()} />;
  }
  return (
    <Stack gap="md">
      <Breadcrumbs>
        <LinkAnchor to="/runs" size="sm">
          Runs
        </LinkAnchor>
        <Text size="sm" className="mono">
          {runId}
        </Text>
      </Breadcrumbs>
      {run.data ? (
        <>
          <Group gap="sm">
            <Title order={1} size="h3">
              {run.data.server || "unnamed"}
            </Title>
            <RunState run={run.data} />
            <RiskBadge level={run.data.level} score={run.data.max_score} />
          </Group>
          <RunFacts run={run.data} />
        </>
      ) : (
        <Skeleton h={180} />
      )}
      <FramesCard runId={runId} filter={filter} beganAt={run.data?.first_occurred_at} />
    </Stack>
  );
}
