/** What stands in a frame, why it has its risk, and what was found in it. */
import {
  ActionIcon,
  Anchor,
  Code,
  CopyButton,
  Divider,
  Group,
  SegmentedControl,
  Stack,
  Text,
  Title,
  Tooltip,
} from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useMemo, useState } from "react";

import type { Frame } from "../api/client";
import { bytes } from "../format/numbers";
import { time } from "../format/times";
import { SignalList } from "../risk/SignalList";
import { FindingChip } from "./FindingChip";
import { JsonTree } from "./JsonTree";
import { Redacted } from "./Redacted";
import { parseExactly } from "./exactJson";
import classes from "./FrameDetail.module.css";

export function FrameDetail({ runId, frame }: { runId: string; frame: Frame }) {
  return (
    <Stack gap="sm">
      <Payload runId={runId} frame={frame} />
      {frame.signals.length > 0 ? (
        <section>
          <Title order={3} size="h6" mb={6}>
            Signals
          </Title>
          <SignalList signals={frame.signals} />
        </section>
      ) : null}
      {frame.findings.length > 0 ? (
        <section>
          <Title order={3} size="h6" mb={6}>
            Findings
          </Title>
          <Stack gap={4}>
            {frame.findings.map((finding, index) => (
              <Group key={index} gap="xs">
                <FindingChip finding={finding} />
                <Text size="xs" className="quiet">
                  at <span className="mono">{finding.path}</span> by rule {finding.rule}
                </Text>
              </Group>
            ))}
          </Stack>
        </section>
      ) : null}
      <Divider />
      <Text size="xs" className="quiet">
        Occurred {time(frame.occurred_at)} · received {time(frame.received_at)}
        {frame.rpc_id === null ? "" : ` · id ${frame.rpc_id}`} · {bytes(frame.size)} recorded
      </Text>
    </Stack>
  );
}

function Payload({ runId, frame: { payload, findings, seq } }: { runId: string; frame: Frame }) {
  switch (payload.form) {
    case "json":
      return <JsonPayload text={payload.text ?? ""} findings={findings} />;
    case "text":
      return (
        <Code block className={classes.text}>
          <Redacted text={payload.text ?? ""} findings={findings} />
        </Code>
      );
    case "base64":
      return (
        <Text size="sm">
          Bytes that are no text, {bytes(payload.size)}. <Download runId={runId} seq={seq} />
        </Text>
      );
    case "deferred":
      return (
        <Text size="sm">
          A large payload, {bytes(payload.size)}. <Download runId={runId} seq={seq} />
        </Text>
      );
    case "omitted":
      return (
        <Text size="sm">
          A payload too large to be kept: {bytes(payload.size)}, SHA-256 <span className="mono">{payload.sha256}</span>
        </Text>
      );
    case "missing":
      return <Text size="sm">No payload is stored for this frame.</Text>;
  }
}

function Download({ runId, seq }: { runId: string; seq: number }) {
  return (
    <Anchor href={`/api/runs/${runId}/frames/${seq}/payload`} download>
      Download
    </Anchor>
  );
}

function JsonPayload({ text, findings }: { text: string; findings: Frame["findings"] }) {
  const [view, setView] = useState("tree");
  const tree = useMemo(() => parseExactly(text), [text]);
  return (
    <div role="group" aria-label="Payload" className={classes.payload}>
      <Group gap={6} className={classes.tools}>
        <SegmentedControl
          size="xs"
          value={view}
          onChange={setView}
          data={[
            { value: "tree", label: "Tree" },
            { value: "text", label: "Text" },
          ]}
        />
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? "Copied" : "Copy"}>
              <ActionIcon variant="default" onClick={copy} aria-label="Copy the text">
                {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
      {view === "tree" && tree !== undefined ? (
        <JsonTree value={tree} findings={findings} />
      ) : (
        <pre className={classes.pre}>
          <Redacted text={text} findings={findings} />
        </pre>
      )}
    </div>
  );
}
