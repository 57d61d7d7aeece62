import { Badge } from "@mantine/core";

import type { Run } from "../api/client";
import { runState } from "../format/words";

export function RunState({ run }: { run: Run }) {
  const state = runState(run);
  const colour = state === "running" ? "teal" : state === "exit 0" ? "gray" : "orange";
  return (
    <Badge color={colour} variant={state === "running" ? "dot" : "light"}>
      {state}
    </Badge>
  );
}
