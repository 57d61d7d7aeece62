import { Badge } from "@mantine/core";

import type { Outcome } from "../api/client";
import { outcomeText } from "../format/words";

const COLOURS: Record<Outcome, string> = {
  ok: "teal",
  error: "red",
  tool_error: "red",
  cancelled: "gray",
  unanswered: "orange",
};

export function OutcomeBadge({ outcome, code }: { outcome: Outcome; code?: number | null }) {
  return (
    <Badge color={COLOURS[outcome]} variant={outcome === "ok" ? "dot" : "light"}>
      {outcomeText(outcome)}
      {code !== null && code !== undefined ? ` ${code}` : ""}
    </Badge>
  );
}
