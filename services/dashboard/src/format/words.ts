/** The words of the records as the pages write them. */
import type { Call, Frame, Outcome, RiskLevel, Run } from "../api/client";

export const OUTCOMES: readonly Outcome[] = ["ok", "error", "tool_error", "cancelled", "unanswered"];
export const RISK_LEVELS: readonly RiskLevel[] = ["none", "low", "medium", "high"];
export const KINDS: readonly Frame["kind"][] = [
  "request",
  "result",
  "error",
  "notification",
  "batch",
  "noise",
  "stderr",
  "lifecycle",
  "placeholder",
];

const OUTCOME_TEXTS: Record<Outcome, string> = {
  ok: "ok",
  error: "error",
  tool_error: "tool error",
  cancelled: "cancelled",
  unanswered: "unanswered",
};

export const outcomeText = (outcome: Outcome): string => OUTCOME_TEXTS[outcome];

/** The name of a call in all of time. */
export const callName = (call: Call): string => `${call.run_id}/${call.opened_seq}/${call.item}`;

/** How a run ended, or that it has not. */
export function runState(run: Run): string {
  if (run.ended_at === null) {
    return "running";
  }
  if (run.end_reason === "signalled" && run.signal !== null) {
    return `signal ${run.signal}`;
  }
  if (run.end_reason === "exited" && run.exit_code !== null) {
    return `exit ${run.exit_code}`;
  }
  return run.end_reason ?? "ended";
}

export const directionText = (direction: Frame["direction"]): string => {
  switch (direction) {
    case "client_to_server":
      return "client to server";
    case "server_to_client":
      return "server to client";
    case null:
      return "recorded by km";
  }
};
