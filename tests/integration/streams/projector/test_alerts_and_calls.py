"""What score learns of alerts, progress and traces stands in the read models, and `km-streams explain` tells it."""

import asyncio
from typing import TYPE_CHECKING

from click.testing import CliRunner
from msgspec.structs import replace

from km_schemas.records import ScoredEvent
from km_streams.cli import main
from km_streams.score.testing import Talk

if TYPE_CHECKING:
    from tests.integration.streams.conftest import Workers, World


def talked() -> tuple[Talk, list[ScoredEvent]]:
    """Two risky calls of one tool: the second one belongs to the alert of the first."""
    talk = Talk()
    secret = "ghp_" + "A1b2" * 9
    meta = {"progressToken": 1, "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    scored = [
        talk.ask("files", "tools/call", name="read", arguments={"p": "~/.ssh/id_rsa", "t": secret}, _meta=meta),
        talk.frame("files", "server_to_client", {
            "jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": 1, "progress": 1},
        }),
        talk.say("files", "ok"),
        talk.call("files", "read", p="~/.ssh/id_rsa", t=secret),
    ]  # fmt: skip
    placed = [replace(one, event=replace(one.event, raw_partition=0, raw_offset=n)) for n, one in enumerate(scored)]
    return talk, placed


async def test_alerts_have_their_events_and_calls_their_progress_and_trace(world: "World", workers: "Workers") -> None:
    talk, scored = talked()
    assert [len(one.alerts) for one in scored] == [1, 0, 0, 0]
    assert scored[3].grouped == [scored[0].alerts[0].alert_id]
    worker = workers.start("projector")
    await world.put_scored(scored)
    await world.until_value(4, "SELECT count(*) FROM events")
    alert_id = scored[0].alerts[0].alert_id
    rows = await world.rows("SELECT alert_id::text, seq FROM alert_events ORDER BY seq")
    assert rows == [(alert_id, 1), (alert_id, 4)]
    calls = await world.rows("SELECT progress, task_id, traceparent FROM calls")
    assert calls == [(1, None, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    assert worker.stop() == 0

    environment = {**world.stack.env("km_query")}
    told = await asyncio.to_thread(CliRunner().invoke, main, ["explain", talk.run_id("files"), "4"], env=environment)
    assert told.exit_code == 0, told.output
    assert "files: client_to_server tools/call read" in told.output
    assert "sensitive-path by rule private-keys@" in told.output
    assert "reads a private key" in told.output
    assert f"score {scored[3].score} of 100: high" in told.output
    assert "Alert high-risk@2: " in told.output
    none = await asyncio.to_thread(CliRunner().invoke, main, ["explain", talk.run_id("files"), "9"], env=environment)
    assert (none.exit_code, "has no event 9" in none.output) == (1, True)
