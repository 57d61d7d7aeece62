"""What events add to the row of their run: progress, life, facts, sums."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from km_schemas.headers import CAPTURE_LOST, RUN_ENDED, RUN_STARTED
from km_schemas.records import CaptureLost, RunEnded, RunStarted
from km_streams.projector.derive.hourly import FAILED, stands_for_frame
from km_streams.projector.postgres_values import (
    int2,
    int4_or_none,
    int8,
    json_text,
    name,
    storable,
    storable_or_none,
    summand,
)
from km_streams.projector.progress import Progress, Verdict
from km_streams.projector.scored_event import Projected

T = TypeVar("T", bound=Struct)

FACTS: Final = (
    "server_info_name", "server_info_version", "client_name", "client_version", "protocol_version", "era",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class RunChange:
    """What a batch changes of one run. Sums are what is added; of the rest, None leaves what is there."""

    customer_id: UUID
    run_id: UUID
    installation_id: str
    progress: Progress
    raw_partition: int
    last_received_at: datetime
    first_occurred_at: datetime
    last_occurred_at: datetime
    raw_offset: int = -1
    server: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    exit_code: int | None = None
    signal: int | None = None
    argv: list[str] | None = None
    cwd: str | None = None
    host: str | None = None
    os: str | None = None
    os_user: str | None = None
    km_version: str | None = None
    parents: str | None = None
    server_info_name: str | None = None
    server_info_version: str | None = None
    client_name: str | None = None
    client_version: str | None = None
    protocol_version: str | None = None
    era: str | None = None
    frames: int = 0
    events: int = 0
    bytes: int = 0
    calls: int = 0
    errors: int = 0
    findings: int = 0
    max_score: int = 0
    cost_nanodollars: int = 0
    repeats: int = 0
    lost_bytes: int = 0
    lost_chunks: int = 0
    skewed: bool = False

    @property
    def ended(self) -> bool:
        """Whether the run's end is among what was taken in."""
        return self.ended_at is not None


def begin(projected: Projected, progress: Progress) -> RunChange:
    """The change that a batch's first event of a run begins; `progress` as it was before the batch."""
    return RunChange(
        customer_id=projected.customer_id,
        run_id=projected.run_id,
        installation_id=projected.event.installation_id,
        progress=progress,
        raw_partition=projected.partition,
        last_received_at=projected.received_at,
        first_occurred_at=projected.occurred_at,
        last_occurred_at=projected.occurred_at,
    )


def judge(change: RunChange, projected: Projected) -> Verdict:
    """Whether an event is new, late or a repeat; its run's progress follows."""
    seq = projected.event.seq
    verdict = change.progress.judge(seq)
    change.progress = change.progress.after(seq)
    if verdict == "repeat":
        change.repeats += 1
    return verdict


def take_in(change: RunChange, projected: Projected) -> None:
    """Add an accepted event to its run."""
    _times(change, projected)
    _facts(change, projected)
    _sums(change, projected)
    lifecycle = _LIFECYCLE.get(projected.event.type)
    if lifecycle is not None:
        lifecycle(change, projected)


def _times(change: RunChange, projected: Projected) -> None:
    change.last_received_at = max(change.last_received_at, projected.received_at)
    change.first_occurred_at = min(change.first_occurred_at, projected.occurred_at)
    change.last_occurred_at = max(change.last_occurred_at, projected.occurred_at)
    change.raw_offset = max(change.raw_offset, int8(projected.event.raw_offset))
    change.skewed = change.skewed or projected.skewed


def _facts(change: RunChange, projected: Projected) -> None:
    change.server = name(projected.scored.server) or change.server
    facts = projected.scored.run_facts
    if facts is not None:
        for fact in FACTS:
            value = getattr(facts, fact)
            if value is not None:
                setattr(change, fact, storable(value))


def _sums(change: RunChange, projected: Projected) -> None:
    event, scored = projected.event, projected.scored
    change.frames += stands_for_frame(projected)
    change.events += 1
    change.bytes += summand(event.size)
    change.calls += len(scored.closed)
    change.errors += sum(call.outcome in FAILED for call in scored.closed)
    change.findings += len(event.findings)
    change.max_score = max(change.max_score, int2(scored.score))
    change.cost_nanodollars += summand(scored.cost_nanodollars)


def _started(change: RunChange, projected: Projected) -> None:
    change.started_at = projected.occurred_at
    started = _payload(projected, RunStarted)
    if started is not None:
        change.argv = [storable(argument) for argument in started.argv]
        change.cwd = storable(started.cwd)
        change.host = storable(started.host)
        change.os = storable(started.os)
        change.os_user = storable(started.user)
        change.km_version = storable(started.km_version)
        change.parents = json_text(started.parents)


def _ended(change: RunChange, projected: Projected) -> None:
    change.ended_at = projected.occurred_at
    ended = _payload(projected, RunEnded)
    if ended is not None:
        change.end_reason = storable_or_none(ended.reason)
        change.exit_code = int4_or_none(ended.exit_code)
        change.signal = int4_or_none(ended.signal)


def _lost(change: RunChange, projected: Projected) -> None:
    lost = _payload(projected, CaptureLost)
    if lost is not None:
        change.lost_bytes += summand(lost.lost_bytes)
        change.lost_chunks += summand(lost.lost_chunks)


def _payload(projected: Projected, record_type: type[T]) -> T | None:
    """A lifecycle record, unless sanitizing left no such record."""
    if projected.event.payload.json is UNSET:
        return None
    try:
        return msgspec.json.decode(projected.event.payload.json, type=record_type)
    except msgspec.DecodeError:
        return None


_LIFECYCLE: Final = {RUN_STARTED: _started, RUN_ENDED: _ended, CAPTURE_LOST: _lost}
