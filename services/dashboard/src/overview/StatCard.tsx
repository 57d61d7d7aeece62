/** One number of the last day: its change against the day before, and its hours. */
import { Card, Group, Text } from "@mantine/core";

import { change, shortCount } from "../format/numbers";
import { sparklinePath } from "./sparkline";
import classes from "./StatCard.module.css";

const WIDTH = 120;
const HEIGHT = 30;

interface Props {
  title: string;
  now: number;
  before: number;
  hours: readonly number[];
  note: string;
  colour: string;
}

export function StatCard({ title, now, before, hours, note, colour }: Props) {
  const against = change(now, before);
  const path = sparklinePath(hours, WIDTH, HEIGHT);
  return (
    <Card component="section" aria-label={title} data-stat={title}>
      <Text size="xs" fw={600} className="quiet">
        {title}
      </Text>
      <Group justify="space-between" align="end" wrap="nowrap" gap="xs" mt={4}>
        <Text className={classes.value} title={String(now)}>
          {shortCount(now)}
        </Text>
        <svg className={classes.line} viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`} preserveAspectRatio="none" aria-hidden>
          <path
            d={`${path}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`}
            fill={`var(--mantine-color-${colour}-6)`}
            opacity={0.12}
          />
          <path d={path} fill="none" stroke={`var(--mantine-color-${colour}-6)`} vectorEffect="non-scaling-stroke" />
        </svg>
      </Group>
      <Group gap={6} mt={6} wrap="nowrap">
        <Text size="xs" className="quiet" truncate>
          {note}
        </Text>
        {against !== undefined ? (
          <Text size="xs" fw={600} title={`against ${before} in the 24 hours before`} style={{ whiteSpace: "nowrap" }}>
            {against}
          </Text>
        ) : null}
      </Group>
    </Card>
  );
}
