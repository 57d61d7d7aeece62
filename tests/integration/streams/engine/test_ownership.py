"""Who may move an offset, and what a worker refuses to begin from."""

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from km_local.testing.stack import Stack
from km_schemas.topics import EVENTS, physical_name

if TYPE_CHECKING:
    from tests.integration.streams.conftest import Worker, World
    from tests.integration.streams.engine.conftest import Installation, TallyWorld

TALLY = "UPDATE stage_offsets SET {change} WHERE stage = 'tally'"
OFFSETS = "SELECT sum(next_offset)::int FROM stage_offsets WHERE stage = 'tally'"
EPOCHS = "SELECT max(owner_epoch)::int FROM stage_offsets WHERE stage = 'tally'"


async def ends_refusing(worker: "Worker", sentence: str) -> None:
    """The worker ended by itself, with this sentence in its log."""
    assert worker.wait() == 1
    assert sentence in worker.log_path.read_text()


async def test_a_stage_without_rows_names_the_command_that_makes_them(tally: "TallyWorld", world: "World") -> None:
    await world.owner.execute("DELETE FROM stage_offsets WHERE stage = 'tally' AND partition = 2")
    await ends_refusing(tally.start(), "run `km-local provision`")


async def test_offsets_of_another_cluster_are_refused(tally: "TallyWorld", world: "World") -> None:
    await world.owner.execute(TALLY.format(change="cluster_id = 'another'"))
    await ends_refusing(tally.start(), "belong to another Kafka cluster")
    assert await world.value(EPOCHS) == 0


async def test_an_offset_past_the_end_of_the_log_is_refused(tally: "TallyWorld", world: "World") -> None:
    await world.owner.execute(TALLY.format(change="next_offset = 99"))
    await ends_refusing(tally.start(), "past the log's end")


async def test_a_worker_whose_partition_was_taken_is_fenced_and_ends(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installation = new_installation()
    worker = tally.start()
    await tally.put(installation.numbers(10))
    await world.until_value(10, OFFSETS)
    await world.owner.execute(TALLY.format(change="owner_epoch = owner_epoch + 1"))
    await tally.put(installation.numbers(10, first=11))
    await ends_refusing(worker, "another worker owns a partition")
    assert await world.value(OFFSETS) == 10


async def test_a_worker_that_froze_and_comes_back_changes_nothing_of_its_successors(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installation = new_installation()
    zombie = tally.start()
    await tally.put(installation.numbers(100))
    await world.until_value(100, OFFSETS)
    os.kill(zombie.pid, signal.SIGSTOP)
    successor = tally.start()
    await tally.put(installation.numbers(100, first=101))
    await world.until_value(200, OFFSETS)
    os.kill(zombie.pid, signal.SIGCONT)
    await tally.put(installation.numbers(100, first=201))
    await world.until_value(300, OFFSETS)
    outputs = await tally.until_outputs(300)
    assert outputs[installation.run_id, 300].total == sum(range(1, 301))
    assert successor.runs
    assert zombie.stop() in {0, 1}
    assert successor.stop() == 0


async def test_two_workers_share_partitions_and_one_takes_all_when_the_other_leaves(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installations = [new_installation() for _ in range(8)]
    first = tally.start()
    for each in installations:
        await tally.put(each.numbers(100))
    await world.until_value(800, OFFSETS)
    second = tally.start()
    await world.until(lambda: took_over(second, 2))
    await world.until(lambda: took_over(first, 2))
    for each in installations:
        await tally.put(each.numbers(100, first=101))
    await world.until_value(1600, OFFSETS)
    assert first.stop() == 0
    for each in installations:
        await tally.put(each.numbers(100, first=201))
    await world.until_value(2400, OFFSETS)
    outputs = await tally.until_outputs(2400)
    assert {outputs[each.run_id, 300].total for each in installations} == {sum(range(1, 301))}
    assert second.stop() == 0


async def took_over(worker: "Worker", partitions: int) -> bool:
    """Whether the worker's last word is that it owns so many partitions."""
    owned = [line["partitions"] for line in worker.log_lines() if line["event"] == "partitions taken over"]
    return owned[-1:] == [partitions]


async def test_what_retention_took_before_it_was_read_is_said_and_passed_over(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installation = new_installation()
    await tally.put(installation.numbers(50))
    await delete_records_before(world.stack, installation.partition, 30)
    worker = tally.start()
    await world.until_value(
        50, f"SELECT next_offset::int FROM stage_offsets WHERE stage = 'tally' AND partition = {installation.partition}"
    )
    losses = await world.rows("SELECT stage, reason, topic, partition, first_offset, last_offset FROM losses")
    assert losses == [("tally", "retention", EVENTS, installation.partition, 0, 29)]
    assert len(await tally.until_outputs(20)) == 20
    assert 'km_lost_records_total{stage="tally"} 30.0' in worker.get("/metrics")[1]
    assert worker.stop() == 0


async def test_what_retention_takes_from_under_a_worker_is_said_and_passed_over(
    tally: "TallyWorld", new_installation: "type[Installation]", world: "World"
) -> None:
    installation = new_installation()
    worker = tally.start()
    await tally.put(installation.numbers(10))
    await world.until_value(10, OFFSETS)
    end, lost = 10, 0
    while lost == 0:  # where the fetch under way brought everything at once, nothing is lost: again
        os.kill(worker.pid, signal.SIGSTOP)
        await world.until(lambda: is_frozen(worker))
        await tally.put(installation.numbers(1, first=end + 1))  # answers the fetch that may be under way
        await tally.put(installation.numbers(49, first=end + 2))
        end += 50
        await delete_records_before(world.stack, installation.partition, end - 10)
        os.kill(worker.pid, signal.SIGCONT)
        await world.until_value(end, OFFSETS)
        lost = await world.number("SELECT coalesce(sum(last_offset - first_offset + 1), 0)::int FROM losses")
    assert f'km_lost_records_total{{stage="tally"}} {lost}.0' in worker.get("/metrics")[1]
    assert f'km_records_total{{stage="tally"}} {end - lost}.0' in worker.get("/metrics")[1]
    assert worker.stop() == 0


async def is_frozen(worker: "Worker") -> bool:
    """Whether the kernel has stopped it."""
    stat = Path(f"/proc/{worker.pid}/stat").read_text()  # noqa: ASYNC240 - procfs does not block
    return stat.rpartition(")")[2].split()[0] == "T"


async def delete_records_before(stack: Stack, partition: int, offset: int) -> None:
    """What retention does, now."""
    place = TopicPartition(physical_name(EVENTS, stack.prefix, stack.generation), partition)
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap)
    await admin.start()
    try:
        await admin.delete_records({place: RecordsToDelete(before_offset=offset)})
    finally:
        await admin.close()
