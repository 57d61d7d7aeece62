import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import type { Frame } from "../../src/api/client";
import { FrameRow } from "../../src/frames/FrameRow";

const TOKEN = "«email:k1:0123456789»";

const frame: Frame = {
  seq: 2,
  occurred_at: "2026-11-23T10:00:00.012000Z",
  received_at: "2026-11-23T10:00:00.020000Z",
  kind: "request",
  direction: "client_to_server",
  method: "tools/call",
  target: "send",
  rpc_id: "1",
  size: 80,
  part: null,
  partial: false,
  score: 80,
  level: "high",
  signals: [{ id: "secret-in-arguments", weight: 0.8, path: "$", rule: "r@1", evidence: "", mapping: ["MCP01"] }],
  findings: [{ type: "email", rule: "email@1", path: "$['to']", token: TOKEN, in_key: false }],
  cost_nanodollars: 0,
  payload: { form: "json", size: 80, text: `{"to": "${TOKEN}", "look": "${TOKEN}"}`, base64: null, sha256: null },
};

function show(shown: Frame) {
  render(
    <MantineProvider>
      <FrameRow runId="r" frame={shown} beganAt="2026-11-23T10:00:00.000000Z" open={false} />
    </MantineProvider>,
  );
  return screen.getByRole("button", { expanded: false });
}

test("a frame opens by keyboard and tells its payload, signals and findings", async () => {
  const line = show(frame);
  expect(line.textContent).toContain("+0.012 s");
  line.focus();
  await userEvent.keyboard("{Enter}");
  expect(screen.getByText("secret-in-arguments")).toBeDefined();
  expect(screen.getByRole("heading", { name: "Findings" })).toBeDefined();
});

test("a chip stands where a finding's path says so; equal text elsewhere stays text", async () => {
  await userEvent.click(show(frame));
  const payload = within(screen.getByLabelText("Payload"));
  expect(payload.getAllByText(/^email 012345$/)).toHaveLength(1);
  expect(payload.getByText(TOKEN)).toBeDefined();
});

test("a large payload is offered as a file", async () => {
  await userEvent.click(
    show({ ...frame, payload: { form: "deferred", size: 3_000_000, text: null, base64: null, sha256: null } }),
  );
  expect(screen.getByRole("link", { name: "Download" }).getAttribute("href")).toBe("/api/runs/r/frames/2/payload");
});
