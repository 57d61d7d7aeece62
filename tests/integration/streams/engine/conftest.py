"""The stage `tally` on this test's stack: its rows and its table, which deployment would make for a stage of ours."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import pytest

from km_schemas.headers import EVENT, EventHeaders
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.partitions import partition_of
from km_schemas.topics import ALERTS, EVENTS
from km_streams.testing.tally import Tallied, number_record

if TYPE_CHECKING:
    from tests.integration.streams.conftest import Record, Worker, Workers, World


@dataclass
class Installation:
    """Makes the records of one run of one installation."""

    installation_id: str = field(default_factory=lambda: str(uuid4()))
    run_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def partition(self) -> int:
        """Where its records stand."""
        return partition_of(self.installation_id, 4)

    def headers(self, seq: int) -> EventHeaders:
        """The headers of its event at `seq`."""
        return EventHeaders(
            type=EVENT, customer_id=DEFAULT_CUSTOMER_ID, installation_id=self.installation_id, run_id=self.run_id,
            seq=seq, occurred_at_us=1_790_000_000_000_000 + seq,
        )  # fmt: skip

    def numbers(self, count: int, first: int = 1) -> "list[Record]":
        """Records with the numbers 1, 2, … ."""
        return [(self.partition, *number_record(self.headers(seq), seq)) for seq in range(first, first + count)]


@dataclass
class TallyWorld:
    """What tests of the engine do with the stage."""

    world: "World"
    workers: "Workers"

    def start(self, **env: str) -> "Worker":
        """A worker of the stage."""
        return self.workers.start_module("tally", "km_streams.testing.tally_worker", "km_score", **env)

    async def put(self, records: "list[Record]") -> None:
        """Append input records."""
        await self.world.put_all(EVENTS, records)

    async def outputs(self) -> list[Tallied]:
        """Every output, in order within its partition."""
        records = await self.world.records(ALERTS)
        return [msgspec.json.decode(value, type=Tallied) for place in records.values() for value, _ in place]

    async def until_outputs(self, count: int) -> dict[tuple[str, int], Tallied]:
        """Distinct outputs by run and seq, once there are `count`; a repeat that differs fails the test."""
        distinct: dict[tuple[str, int], Tallied] = {}

        async def enough() -> bool:
            distinct.clear()
            for each in await self.outputs():
                assert distinct.setdefault((each.run_id, each.seq), each) == each
            return len(distinct) >= count

        await self.world.until(enough)
        return distinct

    async def offsets(self) -> int:
        """The sum of the stage's stored offsets."""
        return await self.world.number("SELECT sum(next_offset)::int FROM stage_offsets WHERE stage = 'tally'")


@pytest.fixture
async def tally(world: "World", workers: "Workers") -> TallyWorld:
    """The stage, provisioned."""
    await world.owner.execute(
        "INSERT INTO stage_offsets (stage, topic, partition, cluster_id, next_offset) "
        "SELECT 'tally', topic, partition, cluster_id, next_offset FROM stage_offsets WHERE stage = 'score'"
    )
    await world.owner.execute("CREATE TABLE tally_state (LIKE score_state INCLUDING ALL)")
    await world.owner.execute("GRANT SELECT, INSERT, UPDATE ON tally_state TO km_score")
    return TallyWorld(world, workers)


@pytest.fixture
def new_installation() -> type[Installation]:
    """Makes installations."""
    return Installation
