/** The busiest servers of the last day. */
import { Table, Text } from "@mantine/core";

import type { Schemas } from "../api/client";
import { count, share } from "../format/numbers";
import { duration } from "../format/times";
import { LinkAnchor } from "../shell/LinkAnchor";

const SHOWN = 6;

export function ServersTable({ servers }: { servers: readonly Schemas["ServerTotals"][] }) {
  return (
    <Table aria-label="Servers">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Server</Table.Th>
          <Table.Th className="number">Calls</Table.Th>
          <Table.Th className="number">Errors</Table.Th>
          <Table.Th className="number">p95</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {servers.slice(0, SHOWN).map((server) => (
          <Table.Tr key={server.server}>
            <Table.Td>
              <LinkAnchor to="/calls" search={{ server: server.server }} size="sm" truncate maw={170} display="block">
                {server.server || "unnamed"}
              </LinkAnchor>
            </Table.Td>
            <Table.Td className="number">{count(server.calls)}</Table.Td>
            <Table.Td className="number">
              <Text span size="sm" c={server.errors > 0 ? "var(--km-alarm)" : "var(--km-quiet)"}>
                {share(server.errors, server.calls)}
              </Text>
            </Table.Td>
            <Table.Td className="number">{server.p95_us === null ? "–" : duration(server.p95_us)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
