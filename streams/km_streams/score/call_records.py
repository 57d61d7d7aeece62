"""One call, as the state holds it while it is open, and as scored events tell of its opening and its end. Pure."""

from typing import Final

import msgspec

from km_schemas.records import ClosedCall, Event, OpenedCall
from km_schemas.timestamps import rfc3339
from km_schemas.words import Direction, Outcome
from km_streams.jsonrpc import id_text
from km_streams.score import tasks
from km_streams.score.cost import Price
from km_streams.score.exchange import Answer, Request, member
from km_streams.score.keys import bounded
from km_streams.score.state import Call, RunState
from km_streams.score.weights import weight_of_call

_WITHOUT_DURATION: Final = "subscriptions/listen"
"""Lives as long as the client wants (MCP 2026-07-28, Subscriptions)."""
_ANSWERED: Final = frozenset({"ok", "error", "tool_error"})
_TRACEPARENT_LENGTH: Final = 55
"""W3C Trace Context, §3.2.2, version 00."""


class Moment(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One scored event, as far as calls are concerned with it."""

    event: Event
    occurred_us: int
    score: int
    price: Price


def new_call(moment: Moment, direction: Direction, request: Request) -> Call:
    """The call that a request opens."""
    call = Call(
        opened_seq=moment.event.seq,
        item=request.item,
        direction=direction,
        rpc_id=request.rpc_id,
        method=request.method,
        target=request.target,
        opened_us=moment.occurred_us,
        request_bytes=request.size,
    )
    if "_meta" in request.params:
        _meta(call, request)
    if request.method in tasks.METHODS and (task_id := tasks.asked_task(request.params)):
        call.task_id = bounded(task_id)
    return call


def _meta(call: Call, request: Request) -> None:
    meta = member(request.params, "_meta")
    if (token := id_text(meta.get("progressToken"))) is not None:
        call.progress_token = bounded(token)
    traceparent = meta.get("traceparent")
    if isinstance(traceparent, str) and len(traceparent) <= _TRACEPARENT_LENGTH:
        call.traceparent = traceparent


def count_event(call: Call, moment: Moment, size: int) -> None:
    """Take into account what `size` bytes of an event say of its call."""
    call.score = max(call.score, moment.score)
    if moment.event.findings:
        call.findings += len(moment.event.findings)
    call.cost_nanodollars += moment.price.of(moment.event, size)


def opened_call(call: Call, opened_at: str) -> OpenedCall:
    """What the scored event of its request tells of a call."""
    return OpenedCall(
        opened_seq=call.opened_seq,
        item=call.item,
        direction=call.direction,
        rpc_id=call.rpc_id,
        method=call.method,
        target=call.target,
        opened_at=opened_at,
        request_bytes=call.request_bytes,
    )


def ended_call(
    run: RunState, call: Call, moment: Moment, outcome: Outcome, error_code: int | None = None
) -> ClosedCall:
    """What the event that ends a call tells of it; its weight is no more the run's."""
    run.weight -= weight_of_call(call)
    has_duration = outcome in _ANSWERED and call.method != _WITHOUT_DURATION
    return ClosedCall(
        opened_seq=call.opened_seq,
        item=call.item,
        direction=call.direction,
        rpc_id=call.rpc_id,
        method=call.method,
        target=call.target,
        opened_at=rfc3339(call.opened_us),
        closed_at=moment.event.occurred_at,
        outcome=outcome,
        request_bytes=call.request_bytes,
        response_bytes=call.response_bytes,
        duration_us=max(0, moment.occurred_us - call.opened_us) if has_duration else None,
        waited_us=call.waited_us,
        error_code=error_code,
        score=call.score,
        findings=call.findings,
        cost_nanodollars=call.cost_nanodollars,
        progress=call.progress,
        task_id=call.task_id if call.method not in tasks.METHODS else None,
        traceparent=call.traceparent,
    )


def outcome_of(answer: Answer) -> Outcome:
    """How a call ended that an answer ends."""
    if answer.is_error:
        return "error"
    return "tool_error" if "isError" in answer.members and answer.get("isError") is True else "ok"
