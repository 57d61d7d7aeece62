/** How fresh the page is: whether changes are pushed, and when the newest frame reached the broker. */
import { Group, Text, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { overviewQuery } from "../api/queries";
import { ago, time } from "../format/times";
import { useLiveStatus, usePollInterval } from "../live/liveContext";
import type { LiveStatus } from "../live/liveStatus";
import classes from "./Freshness.module.css";

const TEXTS: Record<LiveStatus, string> = {
  live: "Live",
  connecting: "Asking every 3 s",
  away: "Database away",
};

export function Freshness() {
  const status = useLiveStatus();
  const { data, dataUpdatedAt } = useQuery({ ...overviewQuery, refetchInterval: usePollInterval() });
  const now = useNow();
  const newest = data?.newest_received_at;
  const details = data && (
    <>
      As of {time(data.as_of)}. {newest ? `Newest frame received ${time(newest)}.` : "No frame received yet."}{" "}
      Generation {data.generation} of the read models.
    </>
  );
  return (
    <Tooltip label={details} disabled={!data}>
      <Group gap={8} wrap="nowrap" role="status" aria-live="off" data-status={status}>
        <span className={classes.dot} data-status={status} />
        <Text size="xs" fw={600}>
          {TEXTS[status]}
        </Text>
        <Text size="xs" className="quiet" visibleFrom="sm">
          {newest ? `newest frame ${ago(newest, now)}` : dataUpdatedAt ? "no frames yet" : ""}
        </Text>
      </Group>
    </Tooltip>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
