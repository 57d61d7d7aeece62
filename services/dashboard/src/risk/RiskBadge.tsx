/** A risk level in its colour and its word; colour alone says nothing to many. */
import { Badge } from "@mantine/core";

import type { RiskLevel } from "../api/client";

const COLOURS: Record<RiskLevel, string> = { none: "gray", low: "blue", medium: "orange", high: "red" };

export function RiskBadge({ level, score }: { level: RiskLevel; score: number }) {
  if (level === "none") {
    return (
      <span className="quiet" title={`risk score ${score}`}>
        –
      </span>
    );
  }
  return (
    <Badge color={COLOURS[level]} variant={level === "high" ? "filled" : "light"} title={`risk score ${score} of 100`}>
      {level} {score}
    </Badge>
  );
}
