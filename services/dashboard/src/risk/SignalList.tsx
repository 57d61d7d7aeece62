/** Why a frame has its risk score: every signal with its weight, place and rule. */
import { Badge, Group, Progress, Stack, Text } from "@mantine/core";

import type { Signal } from "../api/client";

export function SignalList({ signals }: { signals: readonly Signal[] }) {
  return (
    <Stack gap={8} component="ul" p={0} m={0} aria-label="Signals">
      {[...signals]
        .sort((a, b) => b.weight - a.weight)
        .map((signal) => (
          <Stack key={`${signal.id} ${signal.path}`} component="li" gap={3} style={{ listStyle: "none" }}>
            <Group gap="xs" wrap="wrap">
              <Progress
                value={signal.weight * 100}
                w={56}
                size="sm"
                color={signal.weight >= 0.75 ? "red" : signal.weight >= 0.35 ? "orange" : "blue"}
                aria-label={`weight ${signal.weight}`}
              />
              <Text size="sm" fw={600}>
                {signal.id}
              </Text>
              {signal.mapping.map((entry) => (
                <Badge key={entry} color="gray" variant="outline" size="xs">
                  {entry}
                </Badge>
              ))}
            </Group>
            <Text size="xs" className="quiet">
              at <span className="mono">{signal.path}</span> by rule {signal.rule}
              {signal.evidence ? <> · “{signal.evidence}”</> : null}
            </Text>
          </Stack>
        ))}
    </Stack>
  );
}
