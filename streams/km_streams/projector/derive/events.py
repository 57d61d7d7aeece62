"""The row of an event, and the blocks its payload goes into."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from msgspec import UNSET

from km_schemas.payload_blocks import BLOCK_BYTES_LIMIT, PAYLOADS_PER_BLOCK, encode_block
from km_streams.projector.postgres_values import (
    int2,
    int4,
    int4_or_none,
    int8,
    json_text,
    name_or_none,
    storable_or_none,
)
from km_streams.projector.scored_event import Projected

COLUMNS: Final = {
    "customer_id": "uuid", "run_id": "uuid", "seq": "bigint", "installation_id": "uuid",
    "occurred_at": "timestamptz", "received_at": "timestamptz", "raw_offset": "bigint", "cost_nanodollars": "bigint",
    "raw_partition": "integer", "size": "integer", "part": "integer", "finding_count": "integer", "score": "smallint",
    "block_index": "smallint", "partial": "boolean", "kind": "text", "direction": "text", "method": "text",
    "target": "text", "rpc_id": "text", "block_seq": "bigint", "findings": "jsonb", "signals": "jsonb",
    "omitted": "jsonb",
}  # fmt: skip
"""Columns of `events` and their types, in the order of `EventRow`."""


class EventRow(NamedTuple):
    """A row of `events`."""

    customer_id: UUID
    run_id: UUID
    seq: int
    installation_id: str
    occurred_at: datetime
    received_at: datetime
    raw_offset: int
    cost_nanodollars: int
    raw_partition: int
    size: int
    part: int | None
    finding_count: int
    score: int
    block_index: int | None
    partial: bool
    kind: str
    direction: str | None
    method: str | None
    target: str | None
    rpc_id: str | None
    block_seq: int | None
    findings: str | None
    signals: str | None
    omitted: str | None


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """Where a payload stands: the block's first seq, and the position in it."""

    block_seq: int
    index: int


class BlockRow(NamedTuple):
    """A row of `payload_blocks`."""

    customer_id: UUID
    run_id: UUID
    first_seq: int
    payloads: int
    block: bytes


BLOCK_COLUMNS: Final = {
    "customer_id": "uuid", "run_id": "uuid", "first_seq": "bigint", "payloads": "smallint", "block": "bytea",
}  # fmt: skip

Placed = tuple[Projected, BlockPlace | None]


def event_row(projected: Projected, place: BlockPlace | None) -> EventRow:
    """The row of an event whose payload stands at `place`."""
    event, scored = projected.event, projected.scored
    omitted = event.payload.omitted
    return EventRow(
        customer_id=projected.customer_id,
        run_id=projected.run_id,
        seq=event.seq,
        installation_id=event.installation_id,
        occurred_at=projected.occurred_at,
        received_at=projected.received_at,
        raw_offset=int8(event.raw_offset),
        cost_nanodollars=int8(scored.cost_nanodollars),
        raw_partition=int4(event.raw_partition),
        size=int4(event.size),
        part=int4_or_none(event.part),
        finding_count=len(event.findings),
        score=int2(scored.score),
        block_index=None if place is None else place.index,
        partial=event.partial,
        kind=event.kind,
        direction=event.direction,
        method=name_or_none(event.method),
        target=name_or_none(event.target),
        rpc_id=storable_or_none(event.rpc_id),
        block_seq=None if place is None else place.block_seq,
        findings=json_text(event.findings) if event.findings else None,
        signals=json_text(scored.signals) if scored.signals else None,
        omitted=None if omitted is UNSET else json_text(omitted),
    )


def in_blocks(events: Iterable[Projected]) -> tuple[list[EventRow], list[BlockRow]]:
    """The rows of accepted events, and blocks of the payloads of each run: at most 64 and 24 MiB in one."""
    runs: dict[tuple[UUID, UUID], list[Projected]] = {}
    rows: list[EventRow] = []
    for each in events:
        if each.payload is None:
            rows.append(event_row(each, None))
        else:
            runs.setdefault(each.run, []).append(each)
    blocks: list[BlockRow] = []
    for run in runs.values():
        for group in _groups(run):
            first = group[0].event.seq
            rows += [event_row(each, BlockPlace(first, index)) for index, each in enumerate(group)]
            blocks.append(
                BlockRow(*group[0].run, first, len(group), encode_block([each.payload or b"" for each in group]))
            )
    return rows, blocks


def _groups(run: Sequence[Projected]) -> Iterator[list[Projected]]:
    group: list[Projected] = []
    size = 0
    for each in run:
        length = len(each.payload or b"")
        if group and (len(group) == PAYLOADS_PER_BLOCK or size + length > BLOCK_BYTES_LIMIT):
            yield group
            group, size = [], 0
        group.append(each)
        size += length
    yield group
