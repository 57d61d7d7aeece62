"""A batch: the records of one poll, and the offsets it moves over. Pure but for the future of its result."""

from asyncio import Future
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from km_streams.engine.processor import SourceRecord

C = TypeVar("C")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A partition of a topic (logical name)."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets of one partition: from the position before (`first`) to the position after (`end`, exclusive)."""

    place: Place
    first: int
    end: int


@dataclass(slots=True)
class Batch(Generic[C]):
    """What goes through the channel: records in order within each partition, and a future of what they became."""

    records: tuple[SourceRecord, ...]
    spans: tuple[Span, ...]
    computed: "Future[C]"


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Successive spans of each partition as one; ValueError where one does not begin where the last ended."""
    whole: dict[Place, Span] = {}
    for span in spans:
        before = whole.get(span.place)
        if before is not None and before.end != span.first:
            raise ValueError(f"offsets of {span.place.topic}/{span.place.partition} do not join")
        whole[span.place] = span if before is None else Span(span.place, before.first, span.end)
    return tuple(whole.values())
