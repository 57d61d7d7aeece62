"""Requests joined to their answers: by run, direction, JSON type and value of the id, and its use (epoch).

Ids are unique among the requests in flight of one direction only (MCP 2026-07-28, Basic protocol, Requests), and not
every client keeps even that: of several calls in flight with one id, the oldest is answered first.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from km_schemas.records import ClosedCall, Event, OpenedCall
from km_schemas.timestamps import rfc3339
from km_schemas.words import Direction, Outcome
from km_streams.score.cost import cost_of
from km_streams.score.exchange import Answer, JsonObject, Part, Request, cancelled_id, opposite
from km_streams.score.state import Call, RunState
from km_streams.score.weights import weight_of_call

_WITHOUT_DURATION: Final = "subscriptions/listen"
"""Lives as long as the client wants (MCP 2026-07-28, Subscriptions)."""
_PLAIN_ID_LENGTH: Final = 64
_ANSWERED: Final = frozenset({"ok", "error", "tool_error"})


@dataclass(frozen=True, slots=True)
class Moment:
    """One scored event, as far as calls are concerned with it."""

    event: Event
    occurred_us: int
    score: int
    nanodollars_per_kib: int


@dataclass(slots=True)
class Joined:
    """What an event did to the calls of its run."""

    opened: list[OpenedCall] = field(default_factory=list)
    closed: list[ClosedCall] = field(default_factory=list)


def join(run: RunState, moment: Moment, parts: Iterable[Part]) -> Joined:
    """Open and close calls by what a frame says; changes `run`."""
    joined = Joined()
    direction = moment.event.direction
    if direction is None:
        return joined
    for part in parts:
        if isinstance(part, Request):
            _request(run, moment, direction, part, joined)
        elif isinstance(part, Answer):
            _answer(run, moment, opposite(direction), part, joined)
        elif (rpc_id := cancelled_id(part)) is not None and (call := _taken(run, direction, rpc_id)):
            joined.closed.append(_ended(run, call, moment, "cancelled"))
    return joined


def close_all(run: RunState, moment: Moment) -> list[ClosedCall]:
    """Every call of a run that ended: nobody will answer any more. Changes `run`."""
    calls = sorted(calls_of(run), key=lambda call: (call.opened_seq, call.item))
    run.open, run.waiting = {}, {}
    return [_ended(run, call, moment, "unanswered") for call in calls]


def close_oldest(run: RunState, moment: Moment) -> list[ClosedCall]:
    """The call that is open for longest, given up for want of room; none where there is none. Changes `run`."""
    oldest = min(calls_of(run), key=lambda call: (call.opened_us, call.opened_seq, call.item), default=None)
    if oldest is None:
        return []
    remaining = {key: [call for call in calls if call is not oldest] for key, calls in run.open.items()}
    run.open = {key: calls for key, calls in remaining.items() if calls}
    run.waiting = {key: call for key, call in run.waiting.items() if call is not oldest}
    return [_ended(run, oldest, moment, "unanswered")]


def calls_of(run: RunState) -> Iterator[Call]:
    """Every call of a run that has no final answer."""
    for calls in run.open.values():
        yield from calls
    yield from run.waiting.values()


def _request(run: RunState, moment: Moment, direction: Direction, request: Request, joined: Joined) -> None:
    call = run.waiting.pop(_retry_key(direction, request), None) if _may_be_retry(request) else None
    if call is None:
        call = _new_call(moment, direction, request)
        run.weight += weight_of_call(call)
        joined.opened.append(_opened(call))
    else:
        call.waited_us += max(0, moment.occurred_us - (call.waiting_since_us or moment.occurred_us))
        call.waiting_since_us = None
        call.request_bytes += request.size
    _count(call, moment, request.size)
    run.open.setdefault(_open_key(direction, request.rpc_id), []).append(call)


def _answer(run: RunState, moment: Moment, direction: Direction, answer: Answer, joined: Joined) -> None:
    call = _taken(run, direction, answer.rpc_id)
    if call is None:
        return
    call.response_bytes += answer.size
    _count(call, moment, answer.size)
    if answer.result.get("resultType") == "input_required":
        call.waiting_since_us = moment.occurred_us
        given_up = run.waiting.pop(key := _waiting_key(call, answer.result), None)
        run.waiting[key] = call
        if given_up:
            joined.closed.append(_ended(run, given_up, moment, "unanswered"))
        return
    joined.closed.append(_ended(run, call, moment, _outcome(answer), answer.error_code))


def _outcome(answer: Answer) -> Outcome:
    if answer.is_error:
        return "error"
    return "tool_error" if answer.result.get("isError") is True else "ok"


def _new_call(moment: Moment, direction: Direction, request: Request) -> Call:
    return Call(
        opened_seq=moment.event.seq,
        item=request.item,
        direction=direction,
        rpc_id=request.rpc_id,
        method=request.method,
        target=request.target,
        opened_us=moment.occurred_us,
        request_bytes=request.size,
    )


def _count(call: Call, moment: Moment, size: int) -> None:
    call.score = max(call.score, moment.score)
    call.findings += len(moment.event.findings)
    call.cost_nanodollars += cost_of(size, moment.nanodollars_per_kib)


def _taken(run: RunState, direction: Direction, rpc_id: str) -> Call | None:
    key = _open_key(direction, rpc_id)
    calls = run.open.get(key)
    if not calls:
        return None
    call = calls.pop(0)
    if not calls:
        del run.open[key]
    return call


def _open_key(direction: Direction, rpc_id: str) -> str:
    if len(rpc_id) > _PLAIN_ID_LENGTH:
        rpc_id = hashlib.sha256(rpc_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{direction}/{rpc_id}"


def _may_be_retry(request: Request) -> bool:
    return "requestState" in request.params or "inputResponses" in request.params


def _retry_key(direction: Direction, request: Request) -> str:
    return _interim_key(direction, request.method, request.target, request.params)


def _waiting_key(call: Call, result: JsonObject) -> str:
    return _interim_key(call.direction, call.method, call.target, result)


def _interim_key(direction: Direction, method: str, target: str | None, holder: JsonObject) -> str:
    """What an `input_required` result and the retry share: the opaque `requestState`, else method and target."""
    shared = holder.get("requestState", [method, target])
    # orjson writes 254 levels and no more; a payload may have 512.
    digest = hashlib.sha256(msgspec.json.encode(shared, order="sorted")).hexdigest()[:32]
    return f"{direction}/{digest}"


def _opened(call: Call) -> OpenedCall:
    return OpenedCall(
        opened_seq=call.opened_seq,
        item=call.item,
        direction=call.direction,
        rpc_id=call.rpc_id,
        method=call.method,
        target=call.target,
        opened_at=rfc3339(call.opened_us),
        request_bytes=call.request_bytes,
    )


def _ended(run: RunState, call: Call, moment: Moment, outcome: Outcome, error_code: int | None = None) -> ClosedCall:
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
    )
