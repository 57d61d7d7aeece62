/** Ended calls, one a row; each leads to its frames. */
import { Badge, Group, Table, Text } from "@mantine/core";
import { useEffect, useRef } from "react";

import type { Call } from "../api/client";
import { bytes } from "../format/numbers";
import { duration, time } from "../format/times";
import { callName } from "../format/words";
import { RiskBadge } from "../risk/RiskBadge";
import { LinkAnchor } from "../shell/LinkAnchor";
import { OutcomeBadge } from "./OutcomeBadge";

export function CallsTable({ calls, label }: { calls: readonly Call[]; label: string }) {
  const arrived = useArrivals(calls);
  return (
    <Table.ScrollContainer minWidth={760} type="native">
      <Table highlightOnHover aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Ended</Table.Th>
            <Table.Th>Server</Table.Th>
            <Table.Th>Call</Table.Th>
            <Table.Th>Outcome</Table.Th>
            <Table.Th className="number">Duration</Table.Th>
            <Table.Th className="number">Sent / answered</Table.Th>
            <Table.Th className="number">Redactions</Table.Th>
            <Table.Th className="number">Risk</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {calls.map((call) => (
            <CallRow key={callName(call)} call={call} arriving={arrived(call)} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function CallRow({ call, arriving }: { call: Call; arriving: boolean }) {
  return (
    <Table.Tr className={arriving ? "arriving" : undefined} data-call={callName(call)}>
      <Table.Td title={call.closed_at} style={{ whiteSpace: "nowrap" }}>
        {time(call.closed_at)}
      </Table.Td>
      <Table.Td>
        <Text size="sm" truncate maw={180}>
          {call.server || "unnamed"}
        </Text>
      </Table.Td>
      <Table.Td>
        <CallTitle call={call} />
      </Table.Td>
      <Table.Td>
        <OutcomeBadge outcome={call.outcome} code={call.error_code} />
      </Table.Td>
      <Table.Td className="number">
        {call.duration_us === null ? <span className="quiet">–</span> : duration(call.duration_us)}
      </Table.Td>
      <Table.Td className="number quiet">
        {bytes(call.request_bytes)} / {bytes(call.response_bytes)}
      </Table.Td>
      <Table.Td className="number">
        {call.findings > 0 ? <Badge color="violet">{call.findings}</Badge> : <span className="quiet">–</span>}
      </Table.Td>
      <Table.Td className="number">
        <RiskBadge level={call.level} score={call.score} />
      </Table.Td>
    </Table.Tr>
  );
}

function CallTitle({ call }: { call: Call }) {
  return (
    <Group gap={6} wrap="nowrap">
      <LinkAnchor
        to="/runs/$runId"
        params={{ runId: call.run_id }}
        search={{ from_seq: call.opened_seq }}
        size="sm"
        fw={500}
        truncate
        maw={320}
      >
        {call.target ?? call.method}
      </LinkAnchor>
      {call.target === null ? null : (
        <Text size="xs" className="quiet" truncate>
          {call.method}
        </Text>
      )}
      {call.direction === "server_to_client" ? <Badge color="gray">from server</Badge> : null}
    </Group>
  );
}

/** Tells calls that came after the first look at the list. */
function useArrivals(calls: readonly Call[]): (call: Call) => boolean {
  const seen = useRef<string | null>(null);
  useEffect(() => {
    seen.current ??= calls[0]?.closed_at ?? null;
  }, [calls]);
  return (call) => seen.current !== null && call.closed_at > seen.current;
}
