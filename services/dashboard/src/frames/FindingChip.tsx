/** A finding as a chip: its type and a few characters that tell equal values from others; never the value. */
import { Badge, Tooltip } from "@mantine/core";

import type { Finding } from "../api/client";
import { digest } from "./redactions";

const colour = (type: string): string => (type.startsWith("secret") ? "red" : "violet");

export function FindingChip({ finding }: { finding: Finding }) {
  const label = `${finding.type} · rule ${finding.rule} · at ${finding.path} · token ${finding.token}`;
  return (
    <Tooltip label={label}>
      <Badge color={colour(finding.type)} component="span" tabIndex={0} data-finding={finding.type}>
        {finding.type} {digest(finding.token)}
      </Badge>
    </Tooltip>
  );
}

/** The types found in a frame, each once with its count. */
export function FindingTypes({ findings }: { findings: readonly Finding[] }) {
  const counts = new Map<string, number>();
  for (const { type } of findings) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].map(([type, times]) => (
    <Badge key={type} color={colour(type)}>
      {type}
      {times > 1 ? ` ×${times}` : ""}
    </Badge>
  ));
}
