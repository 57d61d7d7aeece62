/** The frames of a run in their order, a page at a time, each to be opened. */
import { Card, Group, NumberInput, Select, Skeleton, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { framesQuery, type FramesFilter } from "../api/queries";
import { KINDS } from "../format/words";
import { usePollInterval } from "../live/liveContext";
import { LevelFilter } from "../search/LevelFilter";
import { oneOf, seqOf } from "../search/parameters";
import { Empty } from "../states/Empty";
import { Failure } from "../states/Failure";
import { MoreButton } from "../states/MoreButton";
import { FrameRow } from "./FrameRow";

const DIRECTIONS = [
  { value: "client_to_server", label: "client to server" },
  { value: "server_to_client", label: "server to client" },
] as const;

interface Props {
  runId: string;
  filter: FramesFilter;
  beganAt: string | undefined;
}

export function FramesCard({ runId, filter, beganAt }: Props) {
  return (
    <Card padding={0}>
      <Group justify="space-between" px="md" py="sm">
        <Title order={2} size="h6">
          Frames
        </Title>
        <Filters runId={runId} filter={filter} />
      </Group>
      <Frames runId={runId} filter={filter} beganAt={beganAt} />
    </Card>
  );
}

function Filters({ runId, filter }: { runId: string; filter: FramesFilter }) {
  const navigate = useNavigate();
  const set = (change: Partial<FramesFilter>) =>
    void navigate({ to: "/runs/$runId", params: { runId }, search: { ...filter, ...change }, replace: true });
  return (
    <Group gap="xs">
      <NumberInput
        aria-label="From seq"
        placeholder="From seq"
        size="xs"
        w={100}
        min={1}
        hideControls
        value={filter.from_seq ?? ""}
        onChange={(value) => {
          set({ from_seq: seqOf(value) });
        }}
      />
      <Select
        aria-label="Direction"
        placeholder="Both directions"
        size="xs"
        w={150}
        clearable
        data={DIRECTIONS}
        value={filter.direction ?? null}
        onChange={(value) => {
          set({ direction: DIRECTIONS.find((each) => each.value === value)?.value });
        }}
      />
      <Select
        aria-label="Kind"
        placeholder="Any kind"
        size="xs"
        w={130}
        clearable
        data={KINDS}
        value={filter.kind ?? null}
        onChange={(kind) => {
          set({ kind: oneOf(KINDS, kind) });
        }}
      />
      <LevelFilter
        value={filter.level}
        onChange={(level) => {
          set({ level });
        }}
      />
    </Group>
  );
}

function Frames({ runId, filter, beganAt }: Props) {
  const pages = useInfiniteQuery({ ...framesQuery(runId, filter), refetchInterval: usePollInterval() });
  if (pages.error && !pages.data) {
    return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  }
  if (!pages.data) {
    return <Skeleton h={320} />;
  }
  const frames = pages.data.pages.flatMap((page) => page.frames);
  if (frames.length === 0) {
    return <Empty title="No frames">No frame of this run fits these filters.</Empty>;
  }
  return (
    <>
      <div role="list" aria-label="Frames">
        {frames.map((frame) => (
          <FrameRow
            key={frame.seq}
            runId={runId}
            frame={frame}
            beganAt={beganAt}
            open={frame.seq === filter.from_seq}
          />
        ))}
      </div>
      <MoreButton pages={pages} what="frames" />
    </>
  );
}
