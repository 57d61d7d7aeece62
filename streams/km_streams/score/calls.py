"""Requests joined to their answers: by run, direction, JSON type and value of the id, and its use (epoch).

Ids are unique among the requests in flight of one direction only (MCP 2026-07-28, Basic protocol, Requests), and not
every client keeps even that: of several calls in flight with one id, the oldest is answered first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from km_schemas.records import ClosedCall, Event, OpenedCall
from km_schemas.words import Direction, Outcome
from km_streams.jsonrpc import id_text
from km_streams.score import tasks
from km_streams.score.call_records import Moment, count_event, ended_call, new_call, opened_call, outcome_of
from km_streams.score.exchange import Answer, Notification, Part, Request, cancelled_id, opposite
from km_streams.score.frame_view import Exchange, method_by_shape
from km_streams.score.keys import bounded, digest_of, interim_key, open_key, task_key
from km_streams.score.state import Call, RunState, Window
from km_streams.score.weights import weight_of_call

ENDED_LIMIT: Final = 32
"""Ended calls that a run remembers, of each way to end."""
_SEARCHED: Final = 64
"""Open calls among which a progress token is looked for that is not its request's id."""
_NO_STEPS: Final[tuple[int, ...]] = ()
_RETRYING: Final = frozenset({"requestState", "inputResponses"})
"""Members of params of which a client's retry has one."""


class Joined(msgspec.Struct, eq=False, gc=False):
    """What an event did to the calls of its run."""

    opened: list[OpenedCall] = []
    closed: list[ClosedCall] = []


def exchanges_of(
    run: RunState, direction: Direction | None, parts: Sequence[Part], *, in_batch: bool
) -> tuple[Exchange, ...]:
    """Each part of a frame with the request it belongs to, as far as that is known; changes nothing."""
    if direction is None or not parts:
        return ()
    return tuple([_exchange(run, direction, part, (part.item,) if in_batch else _NO_STEPS) for part in parts])


def join(run: RunState, moment: Moment, exchanges: Iterable[Exchange]) -> Joined:
    """Open and close calls by what a frame says; changes `run`."""
    joined = Joined()
    for exchange in exchanges:
        part = exchange.part
        if isinstance(part, Request):
            _request(run, moment, exchange.key, part, joined)
        elif isinstance(part, Answer):
            _answer(run, moment, exchange.key, part, joined)
        else:
            _notification(run, moment, part, joined)
    return joined


def close_all(run: RunState, moment: Moment) -> list[ClosedCall]:
    """Every call of a run that ended: nobody will answer any more. Changes `run`."""
    calls = sorted(calls_of(run), key=lambda call: (call.opened_seq, call.item))
    run.open, run.waiting, run.tasks = {}, {}, {}
    run.answered, run.cancelled, run.repeats, run.objects = [], [], {}, Window()
    return [ended_call(run, call, moment, "unanswered") for call in calls]


def close_oldest(run: RunState, moment: Moment) -> list[ClosedCall]:
    """The call that is open for longest, given up for want of room; none where there is none. Changes `run`."""
    oldest = min(calls_of(run), key=lambda call: (call.opened_us, call.opened_seq, call.item), default=None)
    if oldest is None:
        return []
    remaining = {key: [call for call in calls if call is not oldest] for key, calls in run.open.items()}
    run.open = {key: calls for key, calls in remaining.items() if calls}
    run.waiting = _without(run.waiting, oldest)
    run.tasks = _without(run.tasks, oldest)
    return [ended_call(run, oldest, moment, "unanswered")]


def calls_of(run: RunState) -> Iterator[Call]:
    """Every call of a run that has no final answer."""
    for calls in run.open.values():
        yield from calls
    yield from run.waiting.values()
    yield from run.tasks.values()


def _without(calls: Mapping[str, Call], gone: Call) -> dict[str, Call]:
    return {key: call for key, call in calls.items() if call is not gone}


def _exchange(run: RunState, direction: Direction, part: Part, root: tuple[int, ...]) -> Exchange:
    if isinstance(part, Request):
        return Exchange(part, part.method, part.target, root, open_key(direction, part.rpc_id))
    if isinstance(part, Notification):
        return Exchange(part, part.method, None, root, "")
    key = open_key(opposite(direction), part.rpc_id)
    calls = run.open.get(key)
    if not calls:
        return Exchange(part, method_by_shape(part), None, root, key)
    call = calls[0]
    return Exchange(part, call.method, call.target, root, key, call)


def _request(run: RunState, moment: Moment, key: str, request: Request, joined: Joined) -> None:
    direction = _direction_of(moment.event)
    call = run.waiting.pop(_retry_key(direction, request), None) if _may_be_retry(request) else None
    if call is None:
        call = new_call(moment, direction, request)
        run.weight += weight_of_call(call)
        joined.opened.append(opened_call(call, moment.event.occurred_at))
    else:
        call.waited_us += max(0, moment.occurred_us - (call.waiting_since_us or moment.occurred_us))
        call.waiting_since_us = None
        call.request_bytes += request.size
    count_event(call, moment, request.size)
    if (calls := run.open.get(key)) is None:
        run.open[key] = [call]
    else:
        calls.append(call)


def _answer(run: RunState, moment: Moment, key: str, answer: Answer, joined: Joined) -> None:
    call = _taken(run, key)
    if call is None:
        return
    _note(run.answered, key)
    call.response_bytes += answer.size
    count_event(call, moment, answer.size)
    given_up: Call | None = None
    if "resultType" in answer.members and answer.get("resultType") == "input_required":
        call.waiting_since_us = moment.occurred_us
        given_up = _put(run.waiting, interim_key(call.direction, call.method, call.target, answer.result), call)
    elif call.method not in tasks.METHODS and (task_id := tasks.created_task(answer)) is not None:
        run.weight -= weight_of_call(call)
        call.task_id = bounded(task_id)
        run.weight += weight_of_call(call)
        given_up = _put(run.tasks, task_key(call.direction, task_id), call)
    else:
        joined.closed.append(ended_call(run, call, moment, outcome_of(answer), answer.error_code))
        if call.method in tasks.METHODS:
            joined.closed += _task_answered(run, moment, call, answer)
    if given_up:
        joined.closed.append(ended_call(run, given_up, moment, "unanswered"))


def _task_answered(run: RunState, moment: Moment, call: Call, answer: Answer) -> Iterator[ClosedCall]:
    """The call that became a task, where the answer of a request about that task ends it."""
    if call.method == tasks.RESULT and call.task_id is not None and not answer.is_error:
        ended = run.tasks.pop(task_key(call.direction, call.task_id), None)
        if ended:
            ended.response_bytes += answer.size
            yield ended_call(run, ended, moment, outcome_of(answer))
    elif call.method in tasks.METHODS and (over := tasks.ended_by_answer(answer)):
        yield from _task_over(run, moment, call.direction, *over)


def _task_over(
    run: RunState, moment: Moment, direction: Direction, task_id: str, outcome: Outcome
) -> Iterator[ClosedCall]:
    call = run.tasks.pop(task_key(direction, task_id), None)
    if call:
        yield ended_call(run, call, moment, outcome)


def _notification(run: RunState, moment: Moment, notification: Notification, joined: Joined) -> None:
    direction = _direction_of(moment.event)
    if (rpc_id := cancelled_id(notification)) is not None:
        if call := _taken(run, key := open_key(direction, rpc_id)):
            _note(run.cancelled, key)
            joined.closed.append(ended_call(run, call, moment, "cancelled"))
    elif notification.method == "notifications/progress":
        _progress(run, opposite(direction), id_text(notification.params.get("progressToken")))
    elif over := tasks.ended_by_notification(notification):
        joined.closed += _task_over(run, moment, opposite(direction), *over)


def _progress(run: RunState, direction: Direction, token: str | None) -> None:
    """Count a notification of progress; nearly every client uses a request's id as its token."""
    if token is None:
        return
    token = bounded(token)
    named = run.open.get(open_key(direction, token), [])
    others = (call for calls in run.open.values() for call in calls)
    for call in (*named, *run.tasks.values(), *islice(others, _SEARCHED)):
        if call.direction == direction and call.progress_token == token:
            call.progress += 1
            return


def _put(calls: dict[str, Call], key: str, call: Call) -> Call | None:
    """Put a call under a key; the call that stood there."""
    before = calls.pop(key, None)
    calls[key] = call
    return before


def _note(keys: list[str], key: str) -> None:
    keys.append(digest_of(key))
    if len(keys) > ENDED_LIMIT:
        del keys[0]


def _direction_of(event: Event) -> Direction:
    assert event.direction is not None  # noqa: S101 - only what a side sent has exchanges
    return event.direction


def _taken(run: RunState, key: str) -> Call | None:
    calls = run.open.get(key)
    if not calls:
        return None
    call = calls.pop(0)
    if not calls:
        del run.open[key]
    return call


def _may_be_retry(request: Request) -> bool:
    return not _RETRYING.isdisjoint(request.params)


def _retry_key(direction: Direction, request: Request) -> str:
    return interim_key(direction, request.method, request.target, request.params)
