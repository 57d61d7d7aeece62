"""What one scored event adds to `hourly_stats`: a pure function of that event alone, booked in its hour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from km_schemas.histogram import BUCKETS, bucket_of
from km_schemas.records import ClosedCall
from km_streams.projector.postgres_values import name, summand
from km_streams.projector.scored_event import Projected

FRAME_KINDS: Final = frozenset({"request", "result", "error", "notification", "batch", "noise"})
"""Kinds that stand for frames; the others are what the recorder itself says."""
FAILED: Final = frozenset({"error", "tool_error"})
"""Outcomes that count as errors."""
TOOL_METHOD: Final = "tools/call"
NAMES_LIMIT: Final = 1000
"""Names (server, method, tool) of a customer's hour in one partition; those beyond are booked as `other`."""
OTHER: Final = "other"


class HourKey(NamedTuple):
    """One customer's hour in one source partition."""

    customer_id: UUID
    hour: datetime
    partition: int


class Names(NamedTuple):
    """What an hour is told apart by."""

    server: str
    method: str
    tool: str


@dataclass(slots=True)
class Sums:
    """Counts, bytes, microseconds and nano-dollars; all of them add up."""

    frames: int = 0
    calls: int = 0
    errors: int = 0
    duration_us: int = 0
    durations: list[int] = field(default_factory=lambda: [0] * BUCKETS)
    bytes: int = 0
    cost_nanodollars: int = 0
    high_risk: int = 0
    redactions: int = 0

    def add(self, other: "Sums") -> None:
        """Take the other's counts in."""
        self.frames += other.frames
        self.calls += other.calls
        self.errors += other.errors
        self.duration_us += other.duration_us
        if other.calls:
            self.durations = [mine + theirs for mine, theirs in zip(self.durations, other.durations, strict=True)]
        self.bytes += other.bytes
        self.cost_nanodollars += other.cost_nanodollars
        self.high_risk += other.high_risk
        self.redactions += other.redactions


Delta = tuple[HourKey, Names, Sums]
Booked = dict[HourKey, dict[Names, Sums]]


def deltas(projected: Projected) -> list[Delta]:
    """What an event adds: itself, and each call it ended."""
    hour = projected.occurred_at.replace(minute=0, second=0, microsecond=0)
    key = HourKey(projected.customer_id, hour, projected.partition)
    calls = [(key, _call_names(projected, call), _call(call)) for call in projected.scored.closed]
    return [(key, _names(projected), _event(projected)), *calls]


def stands_for_frame(projected: Projected) -> bool:
    """Whether an event counts as a frame; of the parts of a cut one, the first does."""
    return projected.event.kind in FRAME_KINDS and projected.event.part in {None, 1}


def book(added: Iterable[Delta], known: Mapping[HourKey, frozenset[Names]]) -> Booked:
    """The deltas added up. `known`: the names each hour has already; new ones beyond 1,000 become `other`."""
    booked: Booked = {}
    for key, names, sums in added:
        hour = booked.setdefault(key, {})
        have = known.get(key, frozenset())
        # `other` itself takes no place: it must be there for those beyond.
        if names not in have and names not in hour and len(have | hour.keys()) >= NAMES_LIMIT:
            names = Names(OTHER, OTHER, OTHER)  # noqa: PLW2901
        hour.setdefault(names, Sums()).add(sums)
    return booked


def _event(projected: Projected) -> Sums:
    event, scored = projected.event, projected.scored
    return Sums(
        frames=int(stands_for_frame(projected)),
        bytes=summand(event.size),
        cost_nanodollars=summand(scored.cost_nanodollars),
        high_risk=int(scored.level == "high"),
        redactions=len(event.findings),
    )


def _call(call: ClosedCall) -> Sums:
    sums = Sums(calls=1, errors=int(call.outcome in FAILED))
    if call.duration_us is not None:
        sums.duration_us = summand(call.duration_us)
        sums.durations[bucket_of(sums.duration_us)] = 1
    return sums


def _names(projected: Projected) -> Names:
    """An answer has no method of its own: it is booked under that of the one call it ended."""
    event, closed = projected.event, projected.scored.closed
    if event.method is None and len(closed) == 1:
        return _call_names(projected, closed[0])
    return _named(projected, event.method, event.target)


def _call_names(projected: Projected, call: ClosedCall) -> Names:
    return _named(projected, call.method, call.target)


def _named(projected: Projected, method: str | None, target: str | None) -> Names:
    return Names(name(projected.scored.server), name(method), name(target if method == TOOL_METHOD else None))
