"""The rows of calls: those an event opened, and those it ended."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from km_schemas.records import ClosedCall, OpenedCall
from km_schemas.timestamps import datetime_of
from km_streams.projector.postgres_values import int2, int4, int4_or_none, int8, name, name_or_none, storable
from km_streams.projector.scored_event import Projected

CallKey = tuple[UUID, UUID, int, int]
"""customer_id, run_id, opened_seq, item."""

OPEN_COLUMNS: Final = {
    "customer_id": "uuid", "run_id": "uuid", "opened_seq": "bigint", "item": "integer", "direction": "text",
    "rpc_id": "text", "method": "text", "target": "text", "opened_at": "timestamptz", "request_bytes": "integer",
}  # fmt: skip
"""Columns of `open_calls`, in the order of `OpenCallRow`."""

CALL_COLUMNS: Final = {
    "customer_id": "uuid", "run_id": "uuid", "opened_seq": "bigint", "item": "integer", "closed_seq": "bigint",
    "server": "text", "direction": "text", "rpc_id": "text", "method": "text", "target": "text",
    "opened_at": "timestamptz", "closed_at": "timestamptz", "outcome": "text", "error_code": "integer",
    "duration_us": "bigint", "waited_us": "bigint", "request_bytes": "integer", "response_bytes": "integer",
    "score": "smallint", "findings": "integer", "cost_nanodollars": "bigint", "raw_partition": "integer",
    "raw_offset": "bigint", "progress": "integer", "task_id": "text", "traceparent": "text",
}  # fmt: skip
"""Columns of `calls`, in the order of `CallRow`."""


class OpenCallRow(NamedTuple):
    """A row of `open_calls`."""

    customer_id: UUID
    run_id: UUID
    opened_seq: int
    item: int
    direction: str
    rpc_id: str
    method: str
    target: str | None
    opened_at: datetime
    request_bytes: int


class CallRow(NamedTuple):
    """A row of `calls`."""

    customer_id: UUID
    run_id: UUID
    opened_seq: int
    item: int
    closed_seq: int
    server: str
    direction: str
    rpc_id: str
    method: str
    target: str | None
    opened_at: datetime
    closed_at: datetime
    outcome: str
    error_code: int | None
    duration_us: int | None
    waited_us: int
    request_bytes: int
    response_bytes: int
    score: int
    findings: int
    cost_nanodollars: int
    raw_partition: int
    raw_offset: int
    progress: int
    task_id: str | None
    traceparent: str | None


def opened_rows(projected: Projected) -> list[OpenCallRow]:
    """The calls an event opened."""
    return [_opened(projected, call) for call in projected.scored.opened]


def closed_rows(projected: Projected) -> list[CallRow]:
    """The calls an event ended."""
    return [_closed(projected, call) for call in projected.scored.closed]


def _opened(projected: Projected, call: OpenedCall) -> OpenCallRow:
    return OpenCallRow(
        customer_id=projected.customer_id,
        run_id=projected.run_id,
        opened_seq=int8(call.opened_seq),
        item=int4(call.item),
        direction=call.direction,
        rpc_id=storable(call.rpc_id),
        method=name(call.method),
        target=name_or_none(call.target),
        opened_at=min(datetime_of(call.opened_at), projected.received_at),
        request_bytes=int4(call.request_bytes),
    )


def _closed(projected: Projected, call: ClosedCall) -> CallRow:
    event = projected.event
    closed_at = min(datetime_of(call.closed_at), projected.received_at)
    return CallRow(
        customer_id=projected.customer_id,
        run_id=projected.run_id,
        opened_seq=int8(call.opened_seq),
        item=int4(call.item),
        closed_seq=event.seq,
        server=name(projected.scored.server),
        direction=call.direction,
        rpc_id=storable(call.rpc_id),
        method=name(call.method),
        target=name_or_none(call.target),
        opened_at=min(datetime_of(call.opened_at), closed_at),
        closed_at=closed_at,
        outcome=call.outcome,
        error_code=int4_or_none(call.error_code),
        duration_us=None if call.duration_us is None else max(0, int8(call.duration_us)),
        waited_us=max(0, int8(call.waited_us)),
        request_bytes=int4(call.request_bytes),
        response_bytes=int4(call.response_bytes),
        score=int2(call.score),
        findings=int4(call.findings),
        cost_nanodollars=int8(call.cost_nanodollars),
        raw_partition=int4(event.raw_partition),
        raw_offset=int8(event.raw_offset),
        progress=int4(call.progress),
        task_id=name_or_none(call.task_id),
        traceparent=name_or_none(call.traceparent),
    )
