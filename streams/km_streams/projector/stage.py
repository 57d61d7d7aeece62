"""The projector at work: each batch is one transaction, so that every scored event is counted once."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from km_schemas.topics import DEAD_LETTERS, SCORED
from km_streams.engine.batch import Batch, Span
from km_streams.engine.dead_letters import DeadLetterOffice
from km_streams.engine.errors import WorkerStoppedError
from km_streams.engine.failure_limit import FailureLimit, LimitSettings
from km_streams.engine.outputs import Delivery
from km_streams.engine.stage import Equipment
from km_streams.engine.topic_stage import in_slices, log_failure
from km_streams.projector.derivation import Derivation, Derived, derive
from km_streams.projector.derive.losses import TOO_LATE, loss_rows
from km_streams.projector.hour_names import HourNames
from km_streams.projector.statements import statements
from km_streams.projector.transaction import ContradictionError, Projection

GAPS_SECONDS: Final = 600.0
"""Between looks for seqs that have been missing for 24 hours."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch ready to be written, and the deliveries of its own dead letters."""

    spans: tuple[Span, ...]
    records: int
    derived: Derived
    deliveries: Sequence[Delivery]


class ProjectorStage:
    """`mcp.scored` and `mcp.dead-letters` into read models (`km_streams.engine.stage.Stage`)."""

    name = "projector"
    sources = (SCORED, DEAD_LETTERS)

    def __init__(self, equipment: Equipment) -> None:
        settings = equipment.settings
        self._equipment = equipment
        self._sql = statements(settings.generation)
        self._names = HourNames(self._sql.hour_names)
        self._projection = Projection(self._sql, self._names)
        self._office = DeadLetterOffice(self.name, settings.customer_id, settings.generation)
        self._limit = FailureLimit(LimitSettings())
        self._gaps_at = 0.0

    async def compute(self, batch: Batch[Ready]) -> Ready:
        """Read the records and derive their rows; dead letters of those that cannot be read go out."""
        derived = await in_slices(derive(batch.records, self._office, self._limit))
        for failure in derived.failures:
            self._equipment.metrics.dead_letter(failure.error)
            log_failure(failure)
        deliveries = await self._equipment.outputs.send(derived.letters)
        return Ready(batch.spans, len(batch.records), derived, deliveries)

    async def acknowledge(self, computed: Ready) -> None:
        """Write the batch and move its offsets, in one transaction."""
        await self._equipment.outputs.delivered(computed.deliveries)
        accepted = await self._equipment.patience.insist(lambda: self._write(computed))
        self._equipment.ownership.moved(computed.spans)
        self._measure(accepted, computed)

    async def tick(self) -> None:
        """Say which seqs have been missing for too long."""
        if time.monotonic() - self._gaps_at >= GAPS_SECONDS:
            self._gaps_at = time.monotonic()
            await self._equipment.patience.insist(self._write_old_gaps)

    async def settle(self) -> None:
        """Nothing: the offsets move with every batch."""

    def reset(self) -> None:
        """Forget the names of hours."""
        self._names.clear()

    async def _write(self, ready: Ready) -> list[Derivation]:
        try:
            return await self._transact(ready)
        except ContradictionError:
            # Two writers of one run, which had no row that would have made them take turns: now it has.
            await asyncio.sleep(0)
        try:
            return await self._transact(ready)
        except ContradictionError:
            raise WorkerStoppedError(
                "the read models contradict themselves: events holds a seq that its run never projected. Build a new "
                "generation by replay"
            ) from None

    async def _transact(self, ready: Ready) -> list[Derivation]:
        try:
            async with self._equipment.database.transaction() as connection:
                if not await self._equipment.ownership.move(connection, ready.spans):
                    self._names.clear()
                    return []
                accepted, booked = await self._projection.write(connection, ready.derived)
        except BaseException:
            self._names.clear()
            raise
        self._names.booked(booked)
        return accepted

    async def _write_old_gaps(self) -> None:
        async with self._equipment.database.transaction() as connection:
            rows = [
                row
                for gap in await connection.fetch(self._sql.old_gaps)
                for row in loss_rows(gap["customer_id"], gap["run_id"], ((gap["first_seq"], gap["end_seq"]),), TOO_LATE)
            ]
            if rows:
                await connection.executemany(self._sql.losses, rows)

    def _measure(self, accepted: Sequence[Derivation], ready: Ready) -> None:
        now = time.time()
        metrics = self._equipment.metrics
        metrics.moved(ready.records)
        metrics.repeats(len(ready.derived.events) - len(accepted))
        for each in accepted:
            metrics.freshness(max(0.0, now - each.projected.occurred_at.timestamp()))
