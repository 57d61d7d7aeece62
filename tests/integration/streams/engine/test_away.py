"""Broker and database killed under a worker: it waits, says so, and goes on where it was."""

from typing import TYPE_CHECKING

from km_local.testing.servers import KafkaServer, PostgresServer

if TYPE_CHECKING:
    from tests.integration.streams.conftest import Worker, World
    from tests.integration.streams.engine.conftest import Installation, TallyWorld

OFFSETS = "SELECT sum(next_offset)::int FROM stage_offsets WHERE stage = 'tally'"


async def becomes(worker: "Worker", status: int) -> bool:
    """Whether `/ready` answers so."""
    return worker.get("/ready")[0] == status


async def test_a_broker_that_is_killed_and_comes_back_costs_no_record(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World", kafka: KafkaServer
) -> None:
    installation = new_installation()
    worker = tally.start()
    await tally.put(installation.numbers(200))
    await world.until_value(200, OFFSETS)
    kafka.kill()
    await world.until(lambda: becomes(worker, 503))
    kafka.restart()
    await tally.put(installation.numbers(200, first=201))
    await world.until_value(400, OFFSETS)
    outputs = await tally.until_outputs(400)
    assert outputs[installation.run_id, 400].total == sum(range(1, 401))
    await world.until(lambda: becomes(worker, 200))
    assert worker.stop() == 0


async def test_a_database_that_is_killed_and_comes_back_costs_no_record(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World", postgres: PostgresServer
) -> None:
    installation = new_installation()
    worker = tally.start()
    await tally.put(installation.numbers(200))
    await world.until_value(200, OFFSETS)
    postgres.kill()
    await tally.put(installation.numbers(200, first=201))
    await world.until(lambda: becomes(worker, 503))
    assert worker.get("/health")[0] == 200
    postgres.restart()
    await world.until_value(400, OFFSETS)
    outputs = await tally.until_outputs(400)
    assert outputs[installation.run_id, 400].total == sum(range(1, 401))
    assert worker.stop() == 0


async def test_a_worker_that_waits_for_the_database_still_ends_when_asked(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World", postgres: PostgresServer
) -> None:
    installation = new_installation()
    worker = tally.start()
    await tally.put(installation.numbers(10))
    await world.until_value(10, OFFSETS)
    postgres.kill()
    await tally.put(installation.numbers(10, first=11))
    await world.until(lambda: becomes(worker, 503))
    assert worker.stop() == 0
    postgres.restart()
    assert await world.value(OFFSETS) == 10


async def test_a_worker_started_while_both_are_away_begins_when_they_are_back(
    tally: "TallyWorld",
    new_installation: "type[Installation]",
    world: "World",
    kafka: KafkaServer,
    postgres: PostgresServer,
) -> None:
    installation = new_installation()
    await tally.put(installation.numbers(10))
    kafka.kill()
    postgres.kill()
    worker = tally.start()
    await world.until(lambda: is_listening(worker))
    await world.until(lambda: becomes(worker, 503))
    postgres.restart()
    kafka.restart()
    await world.until_value(10, OFFSETS)
    assert worker.stop() == 0


async def is_listening(worker: "Worker") -> bool:
    """Whether its HTTP server is up."""
    return any(line["event"] == "listening" for line in worker.log_lines())
