"""The shipper of this stack's installation: told where to ship, and ended with the stack.

It detaches itself from the `km` that started it, so nobody else ends it.
"""

import fcntl
import os
import signal
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from km.home import LOCK_FILE
from km.settings import write_config

# struct flock of Linux on 64 bits (fcntl(2)): type, whence, start, length, process
FLOCK = struct.Struct("hhqqi4x")
STOP_SECONDS = 10.0
LATE_SECONDS = 2.0
"""For a `km` of somebody's own client, which may run on, the end of the stack waits so long."""
POLL_SECONDS = 0.05
SHIPPER = b"km.shipper"


def point_installation_at(km_home: Path, bootstrap: str) -> None:
    """Make every `km` with this `KM_HOME` ship to this stack."""
    write_config(km_home, bootstrap)


def stop_shipper(km_home: Path) -> None:
    """End the process that holds the installation's lock; what it has not shipped stays in the spool."""
    deadline = time.monotonic() + STOP_SECONDS
    asked = None
    while (holder := lock_holder(km_home / LOCK_FILE)) is not None:
        late = time.monotonic() > deadline
        if holder != asked or late:
            _send(holder, signal.SIGKILL if late else signal.SIGTERM)
            asked = holder
        time.sleep(POLL_SECONDS)


def is_shipper(pid: int) -> bool:
    """Whether a process of ours is a shipper, or was a moment ago."""
    try:
        return SHIPPER in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def end_late_shippers(km_home: Path) -> None:
    """End what the `km` of a client that is not of this stack started, and that does not hold the lock yet.

    Such a client ended with the stack, as at a Ctrl-C for both: its `km` gets a moment to end.
    """
    variable = f"KM_HOME={km_home}".encode()
    deadline = time.monotonic() + LATE_SECONDS
    while True:
        late = time.monotonic() > deadline
        running = dict(_processes_with(variable))
        for pid in (pid for pid, command in running.items() if SHIPPER in command):
            _send(pid, signal.SIGKILL if late else signal.SIGTERM)
        if late or not running:
            return
        time.sleep(POLL_SECONDS)


def _processes_with(variable: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Processes of ours that were started with a variable, and their command lines."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if variable in (process / "environ").read_bytes().split(b"\0"):
                yield int(process.name), (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended, or is somebody else's


def lock_holder(path: Path) -> int | None:
    """The process that has the file locked (POSIX locks know their owner), if any."""
    try:
        with path.open("r+b") as file:
            question = FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            kind, _whence, _start, _length, pid = FLOCK.unpack(fcntl.fcntl(file, fcntl.F_GETLK, question))
    except FileNotFoundError:
        return None
    return None if kind == fcntl.F_UNLCK else int(pid)


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended meanwhile
