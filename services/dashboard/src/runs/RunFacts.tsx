/** What is known of a run, beside its frames. */
import { Alert, Card, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import type { Run } from "../api/client";
import { bytes, count } from "../format/numbers";
import { duration, micros, time } from "../format/times";

export function RunFacts({ run }: { run: Run }) {
  const server = versioned(run.server_info_name, run.server_info_version);
  return (
    <Card>
      <Stack gap="sm">
        {run.argv ? (
          <Text className="mono" style={{ overflowWrap: "anywhere" }}>
            {run.argv.join(" ")}
          </Text>
        ) : null}
        <SimpleGrid cols={{ base: 2, sm: 3, md: 6 }} spacing="sm" verticalSpacing="xs">
          <Fact name="Began" value={time(run.started_at ?? run.first_occurred_at)} />
          <Fact name="Lasted" value={duration(micros(run.last_occurred_at) - micros(run.first_occurred_at))} />
          <Fact name="Frames" value={count(run.frames)} note={bytes(run.bytes)} />
          <Fact
            name="Calls"
            value={count(run.calls)}
            note={run.open_calls > 0 ? `${count(run.open_calls)} open` : ""}
          />
          <Fact name="Errors" value={count(run.errors)} />
          <Fact name="Findings" value={count(run.findings)} />
          <Fact name="Server says" value={server} />
          <Fact name="Client" value={versioned(run.client_name, run.client_version)} />
          <Fact name="Protocol" value={run.protocol_version ?? "–"} note={run.era ?? ""} />
          <Fact name="Machine" value={run.host ?? "–"} note={run.os ?? ""} />
          <Fact name="User" value={run.os_user ?? "–"} />
          <Fact name="Folder" value={run.cwd ?? "–"} />
        </SimpleGrid>
        <Gaps run={run} />
      </Stack>
    </Card>
  );
}

function Fact({ name, value, note = "" }: { name: string; value: string; note?: string }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Text size="xs" className="quiet">
        {name}
      </Text>
      <Group gap={6} wrap="nowrap">
        <Text size="sm" fw={500} truncate title={value}>
          {value}
        </Text>
        {note ? (
          <Text size="xs" className="quiet" truncate>
            {note}
          </Text>
        ) : null}
      </Group>
    </div>
  );
}

/** What is missing of the run is said, never left to be found out. */
function Gaps({ run }: { run: Run }) {
  const gaps = [
    run.missing.length > 0 ? `Not arrived: seq ${run.missing.map(rangeText).join(", ")}.` : "",
    run.lost_bytes > 0 ? `${bytes(run.lost_bytes)} were forwarded and could not be recorded.` : "",
    run.skewed ? "The clock of this machine runs ahead of the broker's; times are clamped." : "",
  ].filter((gap) => gap !== "");
  return gaps.length === 0 ? null : (
    <Alert color="yellow" icon={<IconAlertTriangle size={16} />} py="xs">
      {gaps.join(" ")}
    </Alert>
  );
}

const rangeText = ({ first, last }: { first: number; last: number }) =>
  first === last ? `${first}` : `${first}–${last}`;

const versioned = (name: string | null, version: string | null) =>
  name === null ? "–" : [name, version].filter(Boolean).join(" ");
