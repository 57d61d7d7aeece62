"""One batch computing, one being acknowledged, in order."""

import asyncio

import pytest

from km_streams.engine.batch import Batch
from km_streams.engine.metrics import Metrics
from km_streams.engine.pipeline import Pipeline
from km_streams.engine.processor import SourceRecord


class RecordingStage:
    """Says when a batch is acknowledged; waits until it may be."""

    name, sources = "recording", ("mcp.events",)

    def __init__(self) -> None:
        self.log: list[str] = []
        self.may = asyncio.Event()

    async def compute(self, batch: Batch[str]) -> str:
        raise NotImplementedError

    async def acknowledge(self, computed: str) -> None:
        self.log.append(f"acknowledging {computed}")
        await self.may.wait()
        if computed == "bad":
            raise ConnectionError
        self.log.append(f"acknowledged {computed}")

    async def tick(self) -> None: ...

    async def settle(self) -> None: ...

    def reset(self) -> None: ...


@pytest.fixture
def stage() -> RecordingStage:
    return RecordingStage()


@pytest.fixture
def pipeline(stage: RecordingStage) -> Pipeline[str]:
    async def enqueue(batch: Batch[str]) -> None:
        name = batch.records[0].value.decode()
        stage.log.append(f"computing {name}")
        batch.computed.set_result(name)

    return Pipeline(stage, enqueue, Metrics("recording"))


def batch(name: str) -> Batch[str]:
    record = SourceRecord("mcp.events", 0, 0, 0, None, name.encode(), [])
    return Batch((record,), (), asyncio.get_running_loop().create_future())


async def test_the_next_batch_computes_while_one_is_acknowledged_and_the_one_after_waits(
    pipeline: Pipeline[str], stage: RecordingStage
) -> None:
    await pipeline.advance(batch("a"))
    second = asyncio.create_task(pipeline.advance(batch("b")))
    for _ in range(10):
        await asyncio.sleep(0)
    assert stage.log == ["computing a", "acknowledging a", "computing b"]
    assert not second.done()
    stage.may.set()
    await second
    await pipeline.drain()
    assert stage.log[-3:] == ["acknowledged a", "acknowledging b", "acknowledged b"]


async def test_a_failed_acknowledgement_discards_the_batch_behind_it_too(
    pipeline: Pipeline[str], stage: RecordingStage
) -> None:
    stage.may.set()
    await pipeline.advance(batch("bad"))
    with pytest.raises(ConnectionError):
        await pipeline.advance(batch("b"))
    await pipeline.drain()
    assert "acknowledging b" not in stage.log


async def test_discarding_leaves_nothing_under_way(pipeline: Pipeline[str], stage: RecordingStage) -> None:
    await pipeline.advance(batch("a"))
    await pipeline.discard()
    stage.may.set()
    await pipeline.drain()
    assert "acknowledged a" not in stage.log
