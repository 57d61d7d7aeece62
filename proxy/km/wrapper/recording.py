"""Opens the spool of this run, or goes on without: recording never stands in the way of the stream."""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH109, PTH118

import os
import time

from km import __version__
from km.console import complain
from km.home import SPOOL_FOLDER, make_private_folder
from km.spool import head as heads
from km.spool.budget import spool_limit
from km.spool.capture import FIELD, capture_field
from km.spool.description import Fields, text
from km.spool.run_id import uuid7
from km.spool.run_writer import RunWriter, open_run
from km.spool.stream_writer import boot_clock
from km.spool.streams import CHUNK_BYTES
from km.wrapper import linux
from km.wrapper.options import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from km.spool.refuge import CountedRun

    class Track(Protocol):
        """Where the chunks of one stream go; `last_read_at` in nanoseconds of the boot clock."""

        last_read_at: int

        def room(self) -> memoryview:
            """Memory for one chunk."""

        def commit(self, length: int) -> None:
            """Keep the first `length` bytes of it."""

        def finish(self) -> None:
            """Keep that the stream has ended."""

        def close(self, *, in_use: bool = False) -> None:
            """Give back what was not used."""


class Unrecorded:
    """A stream of a run that has no spool."""

    __slots__ = ("_scratch", "last_read_at")

    def __init__(self) -> None:
        self._scratch = memoryview(bytearray(CHUNK_BYTES))
        self.last_read_at = 0

    def room(self) -> memoryview:
        """Memory for one chunk."""
        return self._scratch

    def commit(self, _length: int) -> None:
        """Keep nothing of it but the time."""
        self.last_read_at = boot_clock()

    def finish(self) -> None:
        """Nothing to keep."""

    def close(self, *, in_use: bool = False) -> None:
        """Nothing to give back."""


class Recording:
    """The tracks of a run's three streams, in a spool where there is one, else only counted where they can be."""

    __slots__ = ("_run", "stderr", "stdin", "stdout")

    def __init__(self, run: "RunWriter | CountedRun | None") -> None:
        self._run = run
        self.stdin: Track = run.stdin if run else Unrecorded()
        self.stdout: Track = run.stdout if run else Unrecorded()
        self.stderr: Track = run.stderr if run else Unrecorded()

    def end(self, how: int, value: int) -> None:
        """Say how the run ended: heads.EXITED or heads.SIGNALLED, and the code or the signal."""
        if self._run:
            self._run.end(heads.RunEnd(how, value, boot_clock()))


def start_recording(home: str, options: Options) -> Recording:
    """A run in the spool of `home`; only counted where that cannot be written, which only --verbose says."""
    wall_ns = time.time_ns()
    run_id = uuid7(wall_ns // 1_000_000, os.urandom(10))
    description = _description(run_id, wall_ns, options)
    try:
        return Recording(_open(home, run_id, description, options))
    except OSError as error:
        if options.verbose:
            complain(f"km: this run is not recorded: {home}: {os.strerror(error.errno or 0)}\n")
        return Recording(_count(home, run_id, description, error.errno or 0))


def _count(home: str, run_id: str, description: Fields, reason: int) -> "CountedRun | None":
    from km.spool.refuge import count_run  # noqa: PLC0415 - hardly ever wanted

    try:
        return count_run(home, run_id, description, reason)
    except OSError:
        return None  # no disk takes anything: the stream goes on all the same


def _open(home: str, run_id: str, description: Fields, options: Options) -> RunWriter:
    spool = os.path.join(home, SPOOL_FOLDER)
    make_private_folder(home)
    make_private_folder(spool)
    limit = spool_limit(home, os.environ)
    run = open_run(spool, run_id, description, limit=limit, fsync=options.fsync)
    if options.verbose:
        complain(f"km: recording run {run_id} in {run.folder}\n")
    return run


def _description(run_id: str, wall_ns: int, options: Options) -> Fields:
    """What run-started says. Names of environment variables, never their values."""
    parents = linux.process_ancestors(os.getpid())
    system = os.uname()
    return {
        "run_id": text(run_id),
        "anchor": [b"%d" % wall_ns, b"%d" % boot_clock()],
        "boot_id": [linux.boot_id()],
        "km_version": text(__version__),
        "argv": [os.fsencode(argument) for argument in options.command],
        "cwd": text(_working_folder()),
        "server": text(options.server),
        "os": text(f"{system.sysname} {system.release} {system.machine}"),
        "host": text(system.nodename),
        "uid": [b"%d" % os.getuid()],
        "parent_pids": [b"%d" % pid for pid, _ in parents],
        "parent_executables": [executable for _, executable in parents],
        "environment_names": sorted(os.environb),
        FIELD: capture_field(os.environb),
    }


def _working_folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return ""  # it was removed under us
