/** What the record itself lacks: losses and records that could not be processed. Nothing where all is there. */
import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import type { Overview } from "../api/client";
import { count } from "../format/numbers";

export function Notices({ overview }: { overview: Overview }) {
  const parts = [
    overview.losses > 0 ? `${count(overview.losses)} known losses` : "",
    overview.dead_letters > 0 ? `${count(overview.dead_letters)} records that could not be processed` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : (
    <Alert
      color="yellow"
      variant="light"
      py="xs"
      icon={<IconAlertTriangle size={16} />}
      title={`The record has gaps: ${parts.join(", ")}.`}
    />
  );
}
