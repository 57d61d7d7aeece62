"""What km says of a run itself."""

import pytest

from km.shipper.cursor import Cursor, StreamCursor
from km.shipper.lifecycle_records import Anchor, capture_lost, run_ended, run_started
from km.spool.description import Fields
from km.spool.head import EXITED, SIGNALLED, RunEnd
from km.spool.streams import STDOUT
from km_schemas.records import CaptureLost, ProcessInfo, RunEnded

ANCHOR = Anchor(wall_ns=1_700_000_000_000_000_000, boot_ns=5_000_000_000)


def description(**changed: list[bytes]) -> Fields:
    fields: Fields = {
        "argv": [b"uvx", b"mcp-server-git"],
        "cwd": [b"/home/ann"],
        "server": [b""],
        "km_version": [b"1.2"],
        "os": [b"Linux 6.1 x86_64"],
        "host": [b"box"],
        "uid": [b"1000"],
        "parent_pids": [b"7", b"1"],
        "parent_executables": [b"/usr/bin/claude", b""],
        "environment_names": [b"HOME", b"PATH"],
    }
    return {**fields, **changed}


def test_a_run_is_named_after_its_command_line() -> None:
    started = run_started(description(), lambda uid: f"user {uid}")
    assert (started.server, started.argv, started.user) == ("mcp-server-git", ["uvx", "mcp-server-git"], "user 1000")
    assert started.parents == [ProcessInfo(pid=7, executable="/usr/bin/claude"), ProcessInfo(pid=1, executable="")]
    assert started.environment_names == ["HOME", "PATH"]


def test_a_given_name_wins() -> None:
    assert run_started(description(server=[b"mine"]), str).server == "mine"


def test_an_argument_that_is_no_utf8_is_shown_as_escapes() -> None:
    assert run_started(description(argv=[b"x", b"caf\xe9"]), str).argv == ["x", "caf\\xe9"]


def test_a_moment_is_the_anchor_and_the_boot_clock() -> None:
    assert ANCHOR.occurred_at_us(5_000_002_999) == 1_700_000_000_000_002


@pytest.mark.parametrize(
    ("end", "reason", "code", "number", "duration"),
    [
        (RunEnd(EXITED, 3, 6_000_000_000), "exited", 3, None, 1_000_000),
        (RunEnd(EXITED, 0, 6_000_000_000), "exited", 0, None, 1_000_000),
        (RunEnd(SIGNALLED, 9, 6_000_000_000), "signalled", None, 9, 1_000_000),
        (None, "wrapper vanished", None, None, 2_000_000),
    ],
)
def test_the_end_says_how(end: RunEnd | None, reason: str, code: int | None, number: int | None, duration: int) -> None:
    streams = (StreamCursor(frames=2, read_bytes=20), StreamCursor(frames=3, read_bytes=30), StreamCursor())
    cursor = Cursor(last_read_at=7_000_000_000, streams=streams)
    assert run_ended(end, ANCHOR, cursor, (100, 7)) == RunEnded(
        reason=reason,
        exit_code=code,
        signal=number,
        duration_us=duration,
        client_to_server_bytes=20,
        client_to_server_frames=2,
        server_to_client_bytes=30,
        server_to_client_frames=3,
        stderr_bytes=100,
        stderr_bytes_unrecorded=7,
    )


def test_a_wrapper_that_vanished_before_any_byte_has_lasted_no_time() -> None:
    assert run_ended(None, ANCHOR, Cursor(), (0, 0)).duration_us == 0


def test_a_loss_says_where_and_why() -> None:
    lost = CaptureLost(reason="stdout: No space left on device", lost_bytes=10, lost_chunks=2)
    assert capture_lost(STDOUT, 10, 2, 28) == lost
