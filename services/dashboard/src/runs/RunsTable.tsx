import { Group, Table, Text } from "@mantine/core";

import type { Run } from "../api/client";
import { bytes, count } from "../format/numbers";
import { duration, micros, time } from "../format/times";
import { RiskBadge } from "../risk/RiskBadge";
import { LinkAnchor } from "../shell/LinkAnchor";
import { RunState } from "./RunState";

export function RunsTable({ runs }: { runs: readonly Run[] }) {
  return (
    <Table.ScrollContainer minWidth={860} type="native">
      <Table highlightOnHover aria-label="Runs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Last activity</Table.Th>
            <Table.Th>Server</Table.Th>
            <Table.Th>Client</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th className="number">Lasted</Table.Th>
            <Table.Th className="number">Frames</Table.Th>
            <Table.Th className="number">Calls</Table.Th>
            <Table.Th className="number">Errors</Table.Th>
            <Table.Th className="number">Findings</Table.Th>
            <Table.Th className="number">Size</Table.Th>
            <Table.Th className="number">Risk</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <RunRow key={run.run_id} run={run} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RunRow({ run }: { run: Run }) {
  return (
    <Table.Tr>
      <Table.Td title={run.last_occurred_at} style={{ whiteSpace: "nowrap" }}>
        {time(run.last_occurred_at)}
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <LinkAnchor to="/runs/$runId" params={{ runId: run.run_id }} size="sm" fw={500} truncate maw={200}>
            {run.server || "unnamed"}
          </LinkAnchor>
          {run.server_info_name !== null && run.server_info_name !== run.server ? (
            <Text size="xs" className="quiet" truncate maw={140}>
              {run.server_info_name}
            </Text>
          ) : null}
        </Group>
      </Table.Td>
      <Table.Td>
        <Text size="sm" truncate maw={140}>
          {run.client_name ?? "–"}
        </Text>
      </Table.Td>
      <Table.Td>
        <RunState run={run} />
      </Table.Td>
      <Table.Td className="number">{duration(micros(run.last_occurred_at) - micros(run.first_occurred_at))}</Table.Td>
      <Table.Td className="number">{count(run.frames)}</Table.Td>
      <Table.Td className="number">{count(run.calls)}</Table.Td>
      <Table.Td className="number">
        <Text span size="sm" c={run.errors > 0 ? "var(--km-alarm)" : "var(--km-quiet)"}>
          {count(run.errors)}
        </Text>
      </Table.Td>
      <Table.Td className="number">{count(run.findings)}</Table.Td>
      <Table.Td className="number quiet">{bytes(run.bytes)}</Table.Td>
      <Table.Td className="number">
        <RiskBadge level={run.level} score={run.max_score} />
      </Table.Td>
    </Table.Tr>
  );
}
