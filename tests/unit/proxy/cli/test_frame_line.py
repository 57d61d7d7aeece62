"""What a line says of a frame."""

import json

import pytest

from km.cli.frame_line import SHORT, FrameLines
from km.cli.run_log import Entry
from km.cli.terminal import Paint
from km.spool.streams import STDERR, STDIN, STDOUT

AT = 1_764_000_000_123_456


def lines(*entries: Entry, full: bool = False) -> list[str]:
    """Each line without its time of day."""
    made = FrameLines(Paint(wanted=False), full=full)
    return [made.line(entry).partition(" ")[2] for entry in entries]


def frame(message: object, stream: int = STDIN, after_us: int = 0) -> Entry:
    return Entry(AT + after_us, stream, json.dumps(message).encode() + b"\n")


def test_an_answer_says_what_it_answers_and_how_long_that_took() -> None:
    request = {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "add", "arguments": {"a": 1}}}
    answer = {"jsonrpc": "2.0", "id": 3, "result": {"content": []}}
    assert lines(frame(request), frame(answer, STDOUT, 12_340)) == [
        '→ tools/call add #3 {"name":"add","arguments":{"a":1}}',
        '← result #3 of tools/call add after 12.3 ms {"content":[]}',
    ]


def test_the_same_id_the_other_way_and_of_another_type_is_another_request() -> None:
    ping = {"id": 1, "method": "ping"}
    shown = lines(
        frame(ping), frame(ping, STDOUT), frame({"id": "1", "result": {}}, STDOUT), frame({"id": 1, "result": {}})
    )
    assert shown == ["→ ping #1", "← ping #1", '← result #"1" {}', "→ result #1 of ping after 0.0 ms {}"]


def test_an_error_and_a_notification() -> None:
    assert lines(frame({"id": 1, "error": {"code": -32601}}, STDOUT), frame({"method": "notifications/x"}, STDOUT)) == [
        '← error #1 {"code":-32601}',
        "← notifications/x",
    ]


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        (Entry(AT, STDOUT, b"\x1b[2Jhello\n"), "← no JSON \\x1b[2Jhello"),
        (Entry(AT, STDOUT, b"\xff\xfe"), "← no JSON \\xff\\xfe"),
        (Entry(AT, STDERR, b"started\r\n"), "! started"),
        (Entry(AT, STDOUT, b"abc", partial=True), "← part of a frame abc"),
        (Entry(AT, STDIN, b"", lost="5 bytes"), "→ not recorded 5 bytes"),
        (frame([{"id": 1}, {"id": 2}]), '→ batch of 2 [{"id":1},{"id":2}]'),
        (frame(7), "→ no message 7"),
        (Entry(AT, STDIN, b"[" * 100_000), "→ no JSON " + "[" * SHORT + "… (100,000 characters)"),
    ],
)
def test_everything_else_is_shown_as_it_is(entry: Entry, shown: str) -> None:
    assert lines(entry) == [shown]


def test_escapes_in_names_are_neutralised() -> None:
    assert "\x1b" not in lines(frame({"method": "\x1b[31m", "id": "\x1b]0;", "params": {"name": "\x9b"}}))[0]


def test_a_secret_at_the_cut_is_masked_first() -> None:
    secret = "ghp" + "_" + "A1b2" * 9
    (shown,) = lines(Entry(AT, STDERR, b"x" * (SHORT - 6) + b" " + secret.encode()))
    assert secret[:4] not in shown


def test_full_does_not_cut() -> None:
    assert lines(Entry(AT, STDERR, b"x" * 5000), full=True) == ["! " + "x" * 5000]
