"""run-started, run-ended and capture-lost, from what stands in a run's head. Pure."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from errno import EDQUOT
from typing import Final

from km.shipper.cursor import Cursor
from km.spool.description import Fields
from km.spool.head import EXITED, RunEnd
from km.spool.streams import STDERR, STDIN, STDOUT
from km_schemas.records import CaptureLost, ProcessInfo, RunEnded, RunStarted
from km_schemas.server_name import server_name

SPOOL_FULL: Final = "the spool is as large as it may be"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Wall clock and boot clock of one moment, nanoseconds: the wall clock is read once a run."""

    wall_ns: int
    boot_ns: int

    def occurred_at_us(self, read_at: int) -> int:
        """Microseconds since the epoch of a moment of the boot clock."""
        return (self.wall_ns + read_at - self.boot_ns) // 1000

    def boot_clock_at(self, wall_ns: int) -> int:
        """The inverse, in nanoseconds: what the run's boot clock showed then."""
        return wall_ns - self.wall_ns + self.boot_ns


def anchor_of(description: Fields) -> Anchor:
    """The run's anchor."""
    wall, boot = description["anchor"]
    return Anchor(int(wall), int(boot))


def run_started(description: Fields, user_name: Callable[[int], str]) -> RunStarted:
    """Seq 1. `user_name` tells the name of a user id."""
    argv = [_text(argument) for argument in description["argv"]]
    pids, executables = description["parent_pids"], description["parent_executables"]
    return RunStarted(
        argv=argv,
        cwd=_text(description["cwd"][0]),
        server=_text(description["server"][0]) or server_name(argv),
        km_version=_text(description["km_version"][0]),
        os=_text(description["os"][0]),
        host=_text(description["host"][0]),
        user=user_name(int(description["uid"][0])),
        parents=[
            ProcessInfo(pid=int(pid), executable=_text(path)) for pid, path in zip(pids, executables, strict=True)
        ],
        environment_names=[_text(name) for name in description["environment_names"]],
    )


def run_ended(end: RunEnd | None, anchor: Anchor, cursor: Cursor, stderr: tuple[int, int]) -> RunEnded:
    """The last seq. Without an end of its own, the wrapper was killed. `stderr`: bytes seen, and not recorded."""
    ended_at = end.ended_at if end else max(cursor.last_read_at, anchor.boot_ns)
    stdin, stdout = cursor.streams[STDIN], cursor.streams[STDOUT]
    exited = end is not None and end.how == EXITED
    return RunEnded(
        reason="wrapper vanished" if end is None else "exited" if exited else "signalled",
        exit_code=end.value if end and exited else None,
        signal=end.value if end and not exited else None,
        duration_us=(ended_at - anchor.boot_ns) // 1000,
        client_to_server_bytes=stdin.read_bytes,
        client_to_server_frames=stdin.frames,
        server_to_client_bytes=stdout.read_bytes,
        server_to_client_frames=stdout.frames,
        stderr_bytes=stderr[0],
        stderr_bytes_unrecorded=stderr[1],
    )


def capture_lost(stream: int, lost_bytes: int, lost_chunks: int, errno: int) -> CaptureLost:
    """What a stream lost since the last such record."""
    name = {STDIN: "stdin", STDOUT: "stdout", STDERR: "stderr"}[stream]
    return CaptureLost(reason=f"{name}: {reason_of(errno)}", lost_bytes=lost_bytes, lost_chunks=lost_chunks)


def reason_of(errno: int) -> str:
    """Why something could not be recorded."""
    return SPOOL_FULL if errno == EDQUOT else os.strerror(errno)


def expired(lost_bytes: int, lost_frames: int) -> CaptureLost:
    """Frames that waited for acknowledgement longer than `max_age_days`."""
    return CaptureLost(reason="not shipped in time", lost_bytes=lost_bytes, lost_chunks=lost_frames)


def unreadable(lost_chunks: int) -> CaptureLost:
    """Chunks whose records are damaged; how many bytes they held is not known."""
    return CaptureLost(reason="damaged records in the spool", lost_bytes=0, lost_chunks=lost_chunks)


def _text(value: bytes) -> str:
    """A text of the operating system; what is no UTF-8 in it is shown as escapes."""
    return value.decode(errors="backslashreplace")
