/** One frame: a line that opens. */
import { Badge, Group, Text } from "@mantine/core";
import { IconArrowNarrowLeft, IconArrowNarrowRight, IconChevronRight, IconPoint } from "@tabler/icons-react";
import { useId, useState } from "react";

import type { Frame } from "../api/client";
import { bytes } from "../format/numbers";
import { micros, offset } from "../format/times";
import { directionText } from "../format/words";
import { RiskBadge } from "../risk/RiskBadge";
import { FindingTypes } from "./FindingChip";
import { FrameDetail } from "./FrameDetail";
import { pieces } from "./redactions";
import classes from "./FrameRow.module.css";

const KIND_COLOURS: Partial<Record<Frame["kind"], string>> = {
  request: "blue",
  result: "teal",
  error: "red",
  notification: "grape",
  placeholder: "orange",
  noise: "orange",
};

const TITLE_LENGTH = 300;

interface Props {
  runId: string;
  frame: Frame;
  beganAt: string | undefined;
  open: boolean;
}

export function FrameRow({ runId, frame, beganAt, open: openAtFirst }: Props) {
  const [open, setOpen] = useState(openAtFirst);
  const detail = useId();
  return (
    <div role="listitem" className={classes.frame} data-seq={frame.seq}>
      <button
        type="button"
        className={classes.line}
        aria-expanded={open}
        aria-controls={detail}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <IconChevronRight size={14} className={classes.chevron} data-open={open} aria-hidden />
        <span className={classes.seq}>{frame.seq}</span>
        <span className={classes.at} title={frame.occurred_at}>
          {beganAt === undefined ? "" : `+${offset(Math.max(0, micros(frame.occurred_at) - micros(beganAt)))}`}
        </span>
        <Direction direction={frame.direction} />
        <Badge color={KIND_COLOURS[frame.kind] ?? "gray"} className={classes.kind}>
          {frame.kind}
        </Badge>
        <Text size="sm" truncate className={classes.title}>
          <FrameTitle frame={frame} />
          {frame.part === null ? "" : ` part ${frame.part}`}
        </Text>
        <Group gap={6} wrap="nowrap" justify="end">
          <FindingTypes findings={frame.findings} />
          <RiskBadge level={frame.level} score={frame.score} />
          <span className={classes.size}>{bytes(frame.size)}</span>
        </Group>
      </button>
      {open ? (
        <div id={detail} className={classes.detail}>
          <FrameDetail runId={runId} frame={frame} />
        </div>
      ) : null}
    </div>
  );
}

/** What a frame is about: its method and target, the id it answers, or its first line. */
function FrameTitle({ frame }: { frame: Frame }) {
  if (frame.method !== null) {
    return (
      <>
        {frame.method} <span className="quiet">{frame.target}</span>
      </>
    );
  }
  if (frame.rpc_id !== null) {
    return <span className="quiet">answers id {frame.rpc_id}</span>;
  }
  const line = frame.payload.text?.trimStart().split("\n", 1)[0] ?? "";
  return (
    <span className="quiet mono">
      {pieces(line.slice(0, TITLE_LENGTH), frame.findings).map((piece) =>
        "finding" in piece ? `[${piece.finding.type}]` : piece.text,
      )}
    </span>
  );
}

function Direction({ direction }: { direction: Frame["direction"] }) {
  const Icon =
    direction === "client_to_server"
      ? IconArrowNarrowRight
      : direction === "server_to_client"
        ? IconArrowNarrowLeft
        : IconPoint;
  return (
    <Icon
      size={18}
      stroke={1.6}
      className={classes.direction}
      data-direction={direction}
      aria-label={directionText(direction)}
      role="img"
    />
  );
}
