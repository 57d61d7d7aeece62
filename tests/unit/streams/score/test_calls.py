"""Requests joined to their answers."""

from msgspec.structs import replace

from km_schemas.payload import omitted_payload
from km_schemas.records import ClosedCall, Event, ScoredEvent
from km_schemas.timestamps import micros_of, rfc3339
from km_streams.score.state import InstallationState
from km_streams.score.testing import event, known_scorer, request, result, run_ended, run_started


def fold(*events: Event, state: InstallationState | None = None) -> list[ScoredEvent]:
    scorer, state = known_scorer(), InstallationState() if state is None else state
    return [scored for one in events if (scored := scorer.score(one, state)) is not None]


def closed(*events: Event) -> list[ClosedCall]:
    return [call for scored in fold(*events) for call in scored.closed]


def from_server(seq: int, frame: object) -> Event:
    return event(seq, "server_to_client", {"jsonrpc": "2.0"} | dict(frame))  # type: ignore[call-overload]


def from_client(seq: int, frame: object) -> Event:
    return event(seq, "client_to_server", {"jsonrpc": "2.0"} | dict(frame))  # type: ignore[call-overload]


def test_an_answer_closes_the_call_its_request_opened() -> None:
    asked, answered = fold(request(1, 7, name="echo"), result(4, 7))
    (opened,), (call,) = asked.opened, answered.closed
    assert (opened.opened_seq, opened.method, opened.target, opened.rpc_id) == (1, "tools/call", "echo", "7")
    assert (call.opened_seq, call.outcome, call.duration_us) == (1, "ok", 3_000)
    assert call.cost_nanodollars == asked.cost_nanodollars + answered.cost_nanodollars
    assert (call.request_bytes, call.response_bytes) == (asked.event.size, answered.event.size)


def test_ids_differ_by_json_type() -> None:
    assert [call.rpc_id for call in closed(request(1, 1), request(2, "1"), result(3, "1"), result(4, 1))] == [
        '"1"',
        "1",
    ]


def test_ids_of_the_two_directions_are_apart() -> None:
    calls = closed(
        request(1, 1),
        from_server(2, {"id": 1, "method": "ping"}),
        from_client(3, {"id": 1, "result": {}}),
        result(4, 1),
    )
    assert [(call.direction, call.method, call.opened_seq) for call in calls] == [
        ("server_to_client", "ping", 2),
        ("client_to_server", "tools/call", 1),
    ]


def test_an_id_used_again_is_another_call_and_the_oldest_is_answered_first() -> None:
    calls = closed(request(1, 0), result(2, 0), request(3, 0), request(4, 0), result(5, 0), result(6, 0))
    assert [call.opened_seq for call in calls] == [1, 3, 4]


def test_outcomes_error_and_tool_error() -> None:
    calls = closed(
        request(1, 1),
        from_server(2, {"id": 1, "error": {"code": -32602, "message": "no"}}),
        request(3, 2),
        result(4, 2, isError=True),
        request(5, 3),
        from_server(6, {"id": 3, "error": {"code": 2**40}}),
    )
    assert [(call.outcome, call.error_code) for call in calls] == [
        ("error", -32602),
        ("tool_error", None),
        ("error", None),
    ]


def test_a_cancelled_call_has_no_duration_and_its_late_answer_closes_nothing() -> None:
    cancel = from_client(2, {"method": "notifications/cancelled", "params": {"requestId": 1}})
    (call,) = closed(request(1, 1), cancel, result(3, 1))
    assert (call.outcome, call.duration_us) == ("cancelled", None)


def test_a_cancellation_by_the_other_side_cancels_nothing() -> None:
    cancel = from_server(2, {"method": "notifications/cancelled", "params": {"requestId": 1}})
    (call,) = closed(request(1, 1), cancel, result(3, 1))
    assert call.outcome == "ok"


def test_run_ended_closes_what_is_open() -> None:
    calls = closed(run_started(), request(2, 1), request(3, "b"), run_ended(4))
    assert [(call.opened_seq, call.outcome, call.duration_us) for call in calls] == [
        (2, "unanswered", None),
        (3, "unanswered", None),
    ]


def test_input_required_is_interim_and_the_retry_belongs_to_the_same_call() -> None:
    first, interim, retry, final = fold(
        request(1, 1, name="pay"),
        result(3, 1, resultType="input_required", requestState={"opaque": [1]}, inputRequests={}),
        request(10, 2, name="pay", requestState={"opaque": [1]}, inputResponses={}),
        result(12, 2, resultType="complete"),
    )
    assert (len(first.opened), interim.closed, retry.opened) == (1, [], [])
    (call,) = final.closed
    assert (call.opened_seq, call.rpc_id, call.outcome) == (1, "1", "ok")
    assert (call.duration_us, call.waited_us) == (11_000, 7_000)
    assert call.request_bytes == first.event.size + retry.event.size
    assert call.response_bytes == interim.event.size + final.event.size


def test_a_retry_without_state_is_known_by_method_and_target() -> None:
    calls = closed(
        request(1, 1, name="pay"),
        result(2, 1, resultType="input_required"),
        request(3, 2, name="other"),
        request(4, 3, name="pay", inputResponses={}),
        result(5, 3),
    )
    assert [call.opened_seq for call in calls] == [1]


def test_an_input_that_never_comes_leaves_the_call_unanswered() -> None:
    (call,) = closed(
        request(1, 1, name="pay"), result(2, 1, resultType="input_required", requestState="s"), run_ended(3)
    )
    assert call.outcome == "unanswered"


def test_a_subscription_has_no_duration() -> None:
    (call,) = closed(request(1, "listen-1", method="subscriptions/listen"), result(2, "listen-1"))
    assert (call.outcome, call.duration_us) == ("ok", None)


def test_items_of_a_batch_are_calls_of_their_own() -> None:
    items = [{"jsonrpc": "2.0", "id": n, "method": "ping"} for n in (1, 2)]
    answers: list[object] = [{"jsonrpc": "2.0", "id": n, "result": {}} for n in (2, 1)]
    asked, answered = fold(event(1, "client_to_server", items), event(2, "server_to_client", answers))
    assert [(call.item, call.rpc_id) for call in asked.opened] == [(0, "1"), (1, "2")]
    assert [(call.item, call.rpc_id, call.opened_seq) for call in answered.closed] == [(1, "2", 1), (0, "1", 1)]


def test_a_clock_that_goes_back_gives_no_negative_duration() -> None:
    late = result(2, 1)
    early = replace(late, occurred_at=rfc3339(micros_of(late.occurred_at) - 10**9))
    (call,) = closed(request(1, 1), early)
    assert call.duration_us == 0


def test_deep_states_and_items_are_joined() -> None:
    deep: object = 1
    for _ in range(400):
        deep = [deep]
    interim = result(2, 1, resultType="input_required", requestState=deep)
    (call,) = closed(request(1, 1), interim, request(3, 2, requestState=deep), result(4, 2))
    assert call.outcome == "ok"
    (opened,) = fold(event(1, "client_to_server", [{"jsonrpc": "2.0", "id": 1, "method": "x", "params": deep}]))[
        0
    ].opened
    assert opened.request_bytes > 800


def test_calls_are_joined_where_payloads_are_omitted() -> None:
    gone = omitted_payload(b"x")
    asked, answered = replace(request(1, 1, name="echo"), payload=gone), replace(result(2, 1), payload=gone)
    (call,) = closed(asked, answered)
    assert (call.method, call.target, call.outcome) == ("tools/call", "echo", "ok")


def test_an_answer_to_nothing_closes_nothing() -> None:
    assert closed(result(1, 1), from_server(2, {"id": None, "error": {"code": 1}})) == []


def test_a_call_has_the_highest_score_and_all_findings_of_its_events() -> None:
    secret = "ghp_" + "A1b2" * 9
    asked, answered = fold(
        request(1, 1, name="echo", arguments={"t": secret, "m": "a@b.cc"}), result(2, 1, content=secret)
    )
    (call,) = answered.closed
    assert call.score == max(asked.score, answered.score) == asked.score
    assert call.findings == 3


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def progress(seq: int, token: object, **changes: object) -> Event:
    return from_server(seq, {"method": "notifications/progress", "params": {"progressToken": token, "progress": seq}})


def test_progress_belongs_to_its_call_whatever_its_token_is() -> None:
    calls = closed(
        request(1, 1, _meta={"progressToken": 1}),
        request(2, 2, _meta={"progressToken": "abc", "traceparent": TRACE}),
        request(3, 3),
        progress(4, 1),
        progress(5, "abc"),
        progress(6, "abc"),
        progress(7, 3),
        progress(8, {"odd": 1}),
        result(9, 1),
        result(10, 2),
        result(11, 3),
    )
    assert [(call.progress, call.traceparent) for call in calls] == [(1, None), (2, TRACE), (0, None)]


def task(seq: int, rpc_id: object, task_id: str = "t1", status: str = "working") -> Event:
    return result(seq, rpc_id, task={"taskId": task_id, "status": status, "ttl": None})


def test_a_call_that_becomes_a_task_ends_with_the_task() -> None:
    calls = closed(
        request(1, 1, name="slow", task={"ttl": 1000}),
        task(2, 1),
        request(3, 2, method="tasks/get", taskId="t1"),
        result(4, 2, taskId="t1", status="working"),
        request(5, 3, method="tasks/result", taskId="t1"),
        result(6, 3, content=[], isError=True),
    )
    assert [(call.opened_seq, call.outcome, call.task_id) for call in calls] == [
        (3, "ok", None),
        (5, "tool_error", None),
        (1, "tool_error", "t1"),
    ]
    assert calls[-1].duration_us == 5_000


def test_a_status_ends_a_task_and_one_of_the_extension_is_one_too() -> None:
    done = {"method": "notifications/tasks/status", "params": {"taskId": "t1", "status": "cancelled"}}
    assert [call.outcome for call in closed(request(1, 1, name="slow"), task(2, 1), from_server(3, done))] == [
        "cancelled"
    ]
    calls = closed(
        request(1, 1, name="slow"),
        result(2, 1, resultType="task", taskId="t2", status="working"),
        request(3, 2, method="tasks/get", taskId="t2"),
        result(4, 2, taskId="t2", status="completed", result={"content": []}),
    )
    assert [(call.opened_seq, call.outcome) for call in calls] == [(3, "ok"), (1, "ok")]


def test_a_task_that_never_ends_is_unanswered_at_the_end_of_its_run() -> None:
    (call,) = closed(request(1, 1, name="slow"), task(2, 1), run_ended(3))
    assert (call.outcome, call.task_id) == ("unanswered", "t1")


def test_a_task_of_the_same_name_takes_the_place_of_the_older() -> None:
    calls = closed(request(1, 1), task(2, 1), request(3, 2), task(4, 2), run_ended(5))
    assert [(call.opened_seq, call.outcome) for call in calls] == [(1, "unanswered"), (3, "unanswered")]
