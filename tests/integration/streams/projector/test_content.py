"""What stands in the read models: hostile values, gaps, alerts, wake-ups."""

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from km_schemas.headers import RUN_ENDED
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.payload_blocks import decode_block
from km_schemas.read_models import LIVE_CHANNEL
from km_schemas.records import Alert, Finding, RunEnded, RunFacts, ScoredEvent, Signal
from km_schemas.topics import DEAD_LETTERS, SCORED

if TYPE_CHECKING:
    from tests.integration.streams.conftest import MakesRun, RecordOf, Workers, World


async def test_values_that_postgres_cannot_hold_are_mapped_and_stored(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    run = new_run(server="g\0it" + "x" * 3000)
    nul = b'{"method":"\\u0000","x":"\\ud800"}\n'
    event = run.event(
        1, nul, method="m\0" + "y" * 5000, target="\U0001f600\0", rpc_id='"\0"',
        findings=[Finding(type="t\0", rule="r@1", path="$['\0']", token="«t:k:1»")], size=10**12,
    )  # fmt: skip
    hostile = ScoredEvent(
        event=event, server=run.server, score=10**9, level="high", cost_nanodollars=10**30,
        signals=[Signal(id="s\0", weight=0.5, path="$", rule="r@1", evidence="\0")],
        run_facts=RunFacts(client_name="c\0"),
        alerts=[Alert(
            alert_id=str(uuid4()), customer_id=DEFAULT_CUSTOMER_ID, installation_id=run.installation_id,
            run_id=run.run_id, seq=1, rule="r\0", level="high", score=99, occurred_at=event.occurred_at,
            sentence="bad\0", signals=["s\0"],
        )],
    )  # fmt: skip
    worker = workers.start("projector")
    await world.put_scored([hostile, run.answer(2)])
    await world.until_value(2, "SELECT count(*) FROM events")
    rows = await world.rows("SELECT method, target, findings->0->>'path', signals->0->>'id' FROM events WHERE seq = 1")
    assert rows == [("m␀" + "y" * 126, "\U0001f600␀", "$['␀']", "s␀")]
    assert await world.rows("SELECT client_name, server FROM runs") == [("c␀", "g␀it" + "x" * 124)]
    assert await world.rows("SELECT sentence, signals FROM alerts") == [("bad␀", ["s␀"])]
    block = await world.value("SELECT block FROM payload_blocks")
    assert isinstance(block, bytes)
    assert decode_block(block)[0] == nul
    assert worker.stop() == 0


async def test_a_record_that_cannot_be_read_is_a_dead_letter_and_no_gap(
    world: "World", workers: "Workers", new_run: "MakesRun", scored_record: "RecordOf"
) -> None:
    run = new_run()
    first, second, third = run.events(3)
    worker = workers.start("projector")
    await world.put_scored([first])
    partition, _, headers = scored_record(second)
    await world.put(SCORED, partition, b"{", headers)
    await world.put(DEAD_LETTERS, partition, b"no letter", [])
    await world.put_scored([third])
    await world.until_value(2, "SELECT count(*) FROM dead_letters WHERE stage = 'projector'")
    assert await world.rows("SELECT next_seq, missing::text, frames FROM runs") == [(4, "{}", 2)]
    assert await world.rows("SELECT kind FROM events WHERE seq = 2") == [("placeholder",)]
    assert worker.stop() == 0


async def test_seqs_missing_at_the_end_of_a_run_are_losses(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    run = new_run()
    events = run.events(4)
    ended = run.event(
        9, msgspec.json.encode(RunEnded(reason="exited", exit_code=0)), kind="lifecycle", type=RUN_ENDED, direction=None
    )
    worker = workers.start("projector")
    last = ScoredEvent(event=ended, server="git", score=0, level="none", cost_nanodollars=0)
    await world.put_scored([events[0], events[3], last])
    await world.until_value(3, "SELECT count(*) FROM events")
    losses = await world.rows("SELECT stage, reason, first_seq, last_seq FROM losses ORDER BY first_seq")
    assert losses == [("projector", "missing at the run's end", 2, 3), ("projector", "missing at the run's end", 5, 8)]
    assert await world.value("SELECT missing::text FROM runs") == "{[2,4),[5,9)}"
    assert worker.stop() == 0


async def test_seqs_missing_for_a_day_are_losses_without_an_end(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    run = new_run()
    events = run.events(4)
    worker = workers.start("projector")
    await world.put_scored([events[0], events[3]])
    await world.until_value(2, "SELECT count(*) FROM events")
    assert worker.stop() == 0
    await world.owner.execute("UPDATE runs SET last_received_at = now() - interval '25 hours'")
    worker = workers.start("projector")
    await world.until_value("missing for 24 hours", "SELECT reason FROM losses")
    assert await world.rows("SELECT first_seq, last_seq FROM losses") == [(2, 3)]
    assert worker.stop() == 0


async def test_each_commit_wakes_listeners_with_the_customer_alone(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    worker = workers.start("projector")
    async with world.owner.acquire() as connection:
        await connection.add_listener(LIVE_CHANNEL, lambda *said: heard.put_nowait(said[-1]))
        await world.put_scored(new_run().events(2))
        assert await asyncio.wait_for(heard.get(), 60) == DEFAULT_CUSTOMER_ID
        assert await world.number("SELECT count(*) FROM events") > 0
        await connection.reset()
    assert worker.stop() == 0


async def test_freshness_is_measured_from_the_event_to_its_commit(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    worker = workers.start("projector")
    await world.put_scored(new_run().events(4))
    await world.until_value(4, "SELECT count(*) FROM events")

    async def measured() -> bool:
        return 'km_freshness_seconds_count{stage="projector"} 4.0' in worker.get("/metrics")[1]

    await world.until(measured)
    assert worker.stop() == 0
