"""A stage from topic to topic: drives a processor, at least once, with equal outputs for equal input.

Outputs are acknowledged first; then, at most once a second, the offsets move in one transaction with the states.
"""

import asyncio
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import structlog

from km_streams.engine.batch import Batch, Span, joined
from km_streams.engine.dead_letters import DeadLetterOffice
from km_streams.engine.failure_limit import FailureLimit, LimitSettings
from km_streams.engine.handle import Failure, Handled, handle, state_key
from km_streams.engine.outputs import Delivery
from km_streams.engine.processor import Processor, StateKey
from km_streams.engine.stage import Equipment
from km_streams.engine.state_store import StateStore

S = TypeVar("S")
R = TypeVar("R")

SETTLE_SECONDS: Final = 1.0
STATE_CACHE_BYTES: Final = 128 * 1024 * 1024

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Computed:
    """A batch handed to the producer."""

    spans: tuple[Span, ...]
    records: int
    deliveries: Sequence[Delivery]
    changed: Mapping[StateKey, bytes]


class TopicStage(Generic[S]):
    """One processor at work (`km_streams.engine.stage.Stage`)."""

    def __init__(self, processor: Processor[S], equipment: Equipment) -> None:
        settings = equipment.settings
        self.name = processor.stage
        self.sources = (processor.source,)
        self._processor = processor
        self._equipment = equipment
        self._office = DeadLetterOffice(processor.stage, settings.customer_id, settings.generation)
        self._limit = FailureLimit(LimitSettings())
        self._states = StateStore(processor, equipment.database, settings.generation, STATE_CACHE_BYTES)
        self._spans: list[Span] = []
        self._changed: dict[StateKey, bytes] = {}
        self._settled_at = time.monotonic()

    async def compute(self, batch: Batch[Computed]) -> Computed:
        """Process the records and hand their outputs to the producer."""
        keyed = [(record, state_key(self._processor, record)) for record in batch.records]
        keys = {key for _, key in keyed if key is not None}
        slots = await self._equipment.patience.insist(lambda: self._states.load(keys))
        handled = await in_slices(handle(self._processor, keyed, slots, self._office, self._limit))
        self._tell(handled)
        changed = self._states.encode(slots.values())
        deliveries = await self._equipment.outputs.send(handled.outputs)
        return Computed(batch.spans, len(batch.records), deliveries, changed)

    async def acknowledge(self, computed: Computed) -> None:
        """Wait for the broker; the offsets follow at most once a second."""
        await self._equipment.outputs.delivered(computed.deliveries)
        self._spans.extend(computed.spans)
        self._changed.update(computed.changed)
        self._equipment.metrics.moved(computed.records)
        await self.tick()

    async def tick(self) -> None:
        """Move the offsets when they are due."""
        if time.monotonic() - self._settled_at >= SETTLE_SECONDS:
            await self.settle()

    async def settle(self) -> None:
        """Move the offsets over all that is acknowledged, with the states that changed."""
        if self._spans:
            spans, changed = joined(self._spans), dict(self._changed)
            await self._equipment.patience.insist(lambda: self._move(spans, changed))
            self._equipment.ownership.moved(spans)
            self._states.saved(changed)
            self._spans.clear()
            self._changed.clear()
        self._settled_at = time.monotonic()

    def reset(self) -> None:
        """Forget states and moves that were not made."""
        self._spans.clear()
        self._changed.clear()
        self._states.clear()

    async def _move(self, spans: Sequence[Span], changed: Mapping[StateKey, bytes]) -> None:
        async with self._equipment.database.transaction() as connection:
            if await self._equipment.ownership.move(connection, spans):
                await self._states.save(connection, changed)

    def _tell(self, handled: Handled) -> None:
        for failure in handled.failures:
            self._equipment.metrics.dead_letter(failure.error)
            log_failure(failure)


def log_failure(failure: Failure) -> None:
    """Where a dead letter's record stands, and nothing of it."""
    where = failure.record
    _log.warning(
        "dead letter",
        topic=where.topic,
        partition=where.partition,
        offset=where.offset,
        error=failure.error,
        fault=failure.fault,
    )


async def in_slices(work: Generator[None, None, R]) -> R:
    """What `work` returns, with a return to the event loop at each of its pauses."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: R = end.value
            return result
        await asyncio.sleep(0)
