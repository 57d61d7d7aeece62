"""The projector on the real broker and database: every scored event counted once, whatever ends or repeats."""

import os
import signal
from itertools import chain
from typing import TYPE_CHECKING

from km_local.testing.servers import PostgresServer

if TYPE_CHECKING:
    from tests.integration.streams.conftest import MakesRun, Workers, World


async def check_exact(world: "World", events: int) -> None:
    """Count = distinct = sum of the hours = progress, and offsets = produced."""
    assert await world.value("SELECT count(*) FROM events") == events
    assert (
        await world.value("SELECT count(*) FROM (SELECT DISTINCT customer_id, run_id, seq FROM events) AS d") == events
    )
    assert await world.value("SELECT sum(frames)::int FROM hourly_stats") == events
    assert await world.value("SELECT sum(frames)::int FROM runs") == events
    assert await world.value("SELECT sum(next_seq - 1)::int FROM runs WHERE missing = '{}'") == events
    assert await world.value("SELECT sum(payloads)::int FROM payload_blocks") == events
    assert await world.value("SELECT sum(calls)::int FROM hourly_stats") == events // 2
    assert await world.value("SELECT count(*) FROM calls") == events // 2
    assert await world.value("SELECT count(*) FROM open_calls") == 0


async def test_scored_events_become_read_models(world: "World", workers: "Workers", new_run: "MakesRun") -> None:
    runs = [new_run() for _ in range(3)]
    worker = workers.start("projector")
    await world.put_scored(list(chain.from_iterable(run.events(100) for run in runs)))
    await world.until_value(300, "SELECT count(*) FROM events")
    await check_exact(world, 300)
    assert worker.stop() == 0
    status = await world.value("SELECT sum(next_offset)::int FROM stage_offsets WHERE stage = 'projector'")
    assert status == 300


async def test_a_projector_killed_in_mid_transaction_loses_and_doubles_nothing(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    run = new_run()
    await world.put_scored(run.events(400))
    for _ in range(2):
        worker = workers.start("projector")
        async with world.owner.acquire() as connection, connection.transaction():
            # Its transaction stops here, with events inserted and offsets moved, and nothing committed.
            await connection.execute("LOCK TABLE hourly_stats IN EXCLUSIVE MODE")
            await world.until(lambda: waits_for_a_lock(world))
            worker.kill()
        assert await world.value("SELECT count(*) FROM events") == 0
    worker = workers.start("projector")
    await world.until_value(400, "SELECT count(*) FROM events")
    await check_exact(world, 400)
    assert worker.stop() == 0


async def waits_for_a_lock(world: "World") -> bool:
    """Whether a session of the projector does."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'km_projector' AND wait_event_type = 'Lock'"
    return await world.number(f"{waiting} AND datname = current_database()") > 0


async def test_projectors_killed_again_and_again_under_load_count_everything_once(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    await world.put_scored(list(chain.from_iterable(new_run().events(2000) for _ in range(4))))
    for _ in range(3):
        before = await world.number("SELECT count(*) FROM events")
        worker = workers.start("projector")
        await world.until(lambda: more_events_than(world, before))  # noqa: B023 - awaited before it changes
        worker.kill()
    worker = workers.start("projector")
    await world.until_value(8000, "SELECT count(*) FROM events")
    await check_exact(world, 8000)
    await world.until(worker.is_ready)
    assert worker.stop() == 0
    assert await world.value("SELECT sum(next_offset)::int FROM stage_offsets WHERE stage = 'projector'") == 8000


async def more_events_than(world: "World", count: int) -> bool:
    """Whether so many have been committed."""
    return await world.number("SELECT count(*) FROM events") > count


async def test_a_database_killed_under_the_projector_counts_everything_once(
    world: "World", workers: "Workers", new_run: "MakesRun", postgres: PostgresServer
) -> None:
    run = new_run()
    worker = workers.start("projector")
    await world.put_scored(run.events(1000))
    await world.until(lambda: more_events_than(world, 0))
    postgres.kill()
    await world.put_scored(run.events(1000, first=1001))
    postgres.restart()
    await world.until_value(2000, "SELECT count(*) FROM events")
    await check_exact(world, 2000)
    assert worker.stop() == 0


async def test_two_projectors_share_the_work_and_count_everything_once(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    runs = [new_run() for _ in range(8)]
    projectors = [workers.start("projector"), workers.start("projector")]
    for projector in projectors:
        await world.until(projector.is_ready)
    for round_ in range(4):
        for run in runs:
            await world.put_scored(run.events(50, first=1 + 50 * round_))
        await world.until(lambda: more_events_than(world, 400 * round_))  # noqa: B023 - awaited before it changes
    await world.until_value(1600, "SELECT count(*) FROM events")
    await check_exact(world, 1600)
    assert [projector.stop() for projector in projectors] == [0, 0]


async def test_repeats_are_dropped_and_counted_and_late_seqs_fill_their_gap(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    run = new_run()
    events = run.events(10)
    worker = workers.start("projector")
    await world.put_scored([*events[:4], *events[2:4], *events[6:]])  # 3 and 4 again; 5 and 6 missing
    await world.until_value("{[5,7)}", "SELECT missing::text FROM runs")
    await world.put_scored([events[5], events[0], events[4]])
    await world.until_value("{}", "SELECT missing::text FROM runs")
    await check_exact(world, 10)
    assert await world.value("SELECT repeats::int FROM runs") == 3
    assert 'km_repeats_total{stage="projector"} 3.0' in worker.get("/metrics")[1]
    assert worker.stop() == 0


async def test_a_projector_frozen_in_mid_transaction_holds_its_partitions_only_for_a_while(
    world: "World", workers: "Workers", new_run: "MakesRun"
) -> None:
    run = new_run()
    frozen = workers.start("projector")
    await world.until(frozen.is_ready)
    async with world.owner.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE hourly_stats IN EXCLUSIVE MODE")
        await world.put_scored(run.events(100))
        await world.until(lambda: waits_for_a_lock(world))
        os.kill(frozen.pid, signal.SIGSTOP)
    successor = workers.start("projector")
    await world.until_value(100, "SELECT count(*) FROM events", seconds=120)
    os.kill(frozen.pid, signal.SIGCONT)
    await world.put_scored(run.events(100, first=101))
    await world.until_value(200, "SELECT count(*) FROM events")
    await check_exact(world, 200)
    assert frozen.stop() in {0, 1}
    assert successor.stop() == 0
