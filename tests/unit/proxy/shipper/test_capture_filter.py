"""Which frames become stubs. Frames of stdin come from the client, those of stdout from the server."""

import pytest

from km.shipper.capture_filter import CaptureFilter
from km.shipper.capture_rules import CaptureRules
from km.shipper.frames import Piece
from km.spool.streams import STDIN, STDOUT
from km_schemas.words import FilterReason

ONLY_CALLS = CaptureRules(methods=("tools/call",))
NO_PING = CaptureRules(exclude_ping=True)
SMALL = CaptureRules(max_bytes=60)


def request(method: str, key: str = "1") -> bytes:
    return b'{"jsonrpc":"2.0","id":%b,"method":"%b"}\n' % (key.encode(), method.encode())


def answer(key: str = "1", text: str = "") -> bytes:
    return b'{"jsonrpc":"2.0","id":%b,"result":{"text":"%b"}}\n' % (key.encode(), text.encode())


def reasons(rules: CaptureRules, *frames: tuple[int, bytes]) -> list[FilterReason | None]:
    capture = CaptureFilter(rules)
    return [capture.reason(stream, Piece(content)) for stream, content in frames]


def test_what_is_not_on_the_list_is_a_stub_and_so_is_its_answer() -> None:
    frames = [(STDIN, request("tools/list")), (STDIN, request("tools/call", "2")), (STDOUT, answer()), (STDOUT, answer("2"))]  # fmt: skip  # noqa: E501
    assert reasons(ONLY_CALLS, *frames) == ["method", None, "method", None]


def test_a_request_of_the_server_is_answered_by_the_client() -> None:
    frames = [(STDOUT, request("sampling/createMessage")), (STDOUT, answer()), (STDIN, answer())]
    assert reasons(ONLY_CALLS, *frames) == ["method", None, "method"]


def test_a_ping_and_its_answer_are_stubs_in_both_directions() -> None:
    frames = [(STDIN, request("ping")), (STDOUT, answer()), (STDOUT, request("ping")), (STDIN, answer())]
    assert reasons(NO_PING, *frames) == ["ping"] * 4


def test_1_and_the_text_1_are_two_ids() -> None:
    frames = [(STDIN, request("ping", "1")), (STDOUT, answer('"1"')), (STDOUT, answer("1"))]
    assert reasons(NO_PING, *frames) == ["ping", None, "ping"]


def test_an_id_that_is_used_again_has_the_fate_of_its_new_request() -> None:
    frames = [(STDIN, request("ping")), (STDIN, request("tools/call")), (STDOUT, answer())]
    assert reasons(NO_PING, *frames) == ["ping", None, None]


def test_what_is_too_large_is_a_stub_and_so_is_the_answer_to_it() -> None:
    frames = [(STDIN, request("x" * 60)), (STDOUT, answer()), (STDOUT, answer("2", "y" * 60)), (STDOUT, answer("3"))]
    assert reasons(SMALL, *frames) == ["size", "size", "size", None]


@pytest.mark.parametrize(
    ("rules", "expected"), [(ONLY_CALLS, "method"), (NO_PING, None), (SMALL, None), (CaptureRules(), None)]
)
def test_noise_has_no_method(rules: CaptureRules, expected: FilterReason | None) -> None:
    assert reasons(rules, (STDOUT, b"Listening on stdio\n")) == [expected]


def test_a_batch_is_recorded_where_one_of_its_messages_is() -> None:
    batch = b'[{"id":1,"method":"ping"},{"id":2,"method":"tools/call"}]\n'
    pings = b'[{"id":1,"method":"ping"},{"id":2,"method":"ping"}]\n'
    assert reasons(NO_PING, (STDIN, batch), (STDOUT, b'[{"id":1,"result":{}},{"id":2,"result":{}}]\n')) == [None, None]
    assert reasons(NO_PING, (STDIN, pings), (STDOUT, answer("1")), (STDOUT, answer("2"))) == ["ping"] * 3


def test_all_parts_of_a_frame_have_one_fate() -> None:
    capture = CaptureFilter(SMALL)
    parts = [Piece(b"x" * 100, 1, partial=True), Piece(b"x" * 100, 2, partial=True), Piece(b"x\n", 3)]
    assert [capture.reason(STDIN, part) for part in parts] == ["size"] * 3
    assert capture.reason(STDIN, Piece(b"x\n")) is None


def test_a_filter_that_goes_on_from_a_state_decides_the_same() -> None:
    first = CaptureFilter(NO_PING)
    assert first.reason(STDIN, Piece(request("ping"))) == "ping"
    assert CaptureFilter(NO_PING, first.state).reason(STDOUT, Piece(answer())) == "ping"
    cutting = CaptureFilter(SMALL)
    cutting.reason(STDIN, Piece(b"x" * 100, 1, partial=True))
    assert CaptureFilter(SMALL, cutting.state).reason(STDIN, Piece(b"x\n", 2)) == "size"


def test_a_server_that_never_answers_does_not_fill_the_state() -> None:
    capture = CaptureFilter(NO_PING)
    for number in range(5000):
        capture.reason(STDIN, Piece(request("ping", str(number))))
    assert len(capture.state.open) == 1024
    assert capture.reason(STDOUT, Piece(answer("4999"))) == "ping"


def test_json_nested_too_deep_has_no_method() -> None:
    assert reasons(ONLY_CALLS, (STDIN, b'{"params":' + b"[" * 100_000 + b"\n")) == ["method"]
