"""A stage the engine knows nothing of: outputs, states, offsets, stops and kills."""

from typing import TYPE_CHECKING

from aiokafka.admin import AIOKafkaAdminClient

from km_local.testing.stack import Stack
from km_schemas.topics import DEAD_LETTERS
from km_streams.testing.tally import FAULT, number_record

if TYPE_CHECKING:
    from tests.integration.streams.conftest import World
    from tests.integration.streams.engine.conftest import Installation, TallyWorld

OFFSETS = "SELECT sum(next_offset)::int FROM stage_offsets WHERE stage = 'tally'"


async def test_a_new_stage_needs_no_change_in_the_engine(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installations = [new_installation() for _ in range(5)]
    worker = tally.start()
    for each in installations:
        await tally.put(each.numbers(50))
    outputs = await tally.until_outputs(250)
    for each in installations:
        assert outputs[each.run_id, 50].total == sum(range(1, 51))
    assert worker.stop() == 0
    assert await tally.offsets() == 250
    assert await world.value("SELECT count(*) FROM tally_state") == 5


async def test_sigterm_leaves_committed_equal_to_processed(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installation = new_installation()
    worker = tally.start()
    await tally.put(installation.numbers(500))
    await tally.until_outputs(1)
    assert worker.stop() == 0
    assert await tally.offsets() == len(await tally.outputs())
    assert sum((await committed_in_kafka(world.stack)).values()) == await tally.offsets()


async def committed_in_kafka(stack: Stack) -> dict[int, int]:
    """What Kafka's own lag tools see of the stage, by partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(f"{stack.prefix}km-tally-g1")
        return {place.partition: committed.offset for place, committed in offsets.items()}
    finally:
        await admin.close()


async def test_killed_workers_repeat_equal_outputs_and_lose_none(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installations = [new_installation() for _ in range(4)]
    for round_ in range(3):
        worker = tally.start()
        for each in installations:
            await tally.put(each.numbers(200, first=1 + 200 * round_))
        await tally.until_outputs(800 * round_ + 1)
        worker.kill()
    last = tally.start()
    await world.until_value(2400, OFFSETS)
    outputs = await tally.until_outputs(2400)
    assert [outputs[each.run_id, 600].total for each in installations] == [sum(range(1, 601))] * 4
    await world.until(last.is_ready)  # the killed ones may have done it all
    assert last.stop() == 0


async def test_poison_becomes_dead_letters_and_placeholders_and_the_rest_goes_on(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installation = new_installation()
    records = installation.numbers(9)
    secret = b"not json " + b"ghp_" + b"A1b2" * 9
    records[3] = (records[3][0], secret, records[3][2])
    records[5] = (installation.partition, *number_record(installation.headers(6), FAULT))
    records.append((installation.partition, b"{}", [("ce_id", b"nobody's")]))
    worker = tally.start()
    await tally.put(records)
    outputs = await tally.until_outputs(9)
    assert [seq for (_, seq), each in sorted(outputs.items(), key=lambda item: item[0][1]) if each.placeholder] == [
        4,
        6,
    ]
    assert outputs[installation.run_id, 9].total == sum(range(1, 10)) - 4 - 6
    assert outputs[installation.run_id, 9].count == 7
    letters = [value for place in (await world.records(DEAD_LETTERS)).values() for value, _ in place]
    assert len(letters) == 3
    assert not any(b"ghp_" in letter for letter in letters)
    assert worker.stop() == 0
    assert b"ghp_" not in worker.log_path.read_bytes()
    assert await tally.offsets() == 10
    projector = tally.workers.start("projector")
    await world.until_value(3, "SELECT count(*) FROM dead_letters WHERE stage = 'tally'")
    assert await world.rows("SELECT error FROM dead_letters ORDER BY 1") == [("headers",), ("internal",), ("value",)]
    assert projector.stop() == 0


async def test_a_limit_stops_the_worker_instead_of_emptying_the_topic(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installation = new_installation()
    await tally.put([(installation.partition, b"poison", headers) for _, _, headers in installation.numbers(150)])
    worker = tally.start()
    assert worker.wait() == 1
    assert await tally.offsets() == 0
    assert "could not be processed" in worker.log_path.read_text()
