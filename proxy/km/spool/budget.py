"""How much all runs of a spool may take together. Beyond it nothing is recorded, until something is acknowledged.

To measure thousands of runs takes longer than a server may wait for its start (5,000: 0.3 s). Of so many, what was
measured last stands in `spool/measured` (bytes, runs, both in decimal), and a run begins without measuring while
there is room for all that have begun since, and as much again.

`$KM_HOME/spool-limit` holds the number of bytes, in decimal. The shipper writes it from `config.toml`, whose parser
a wrapper does not import; `KM_SPOOL_LIMIT` stands above it, for one run.
"""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH105, PTH116, PTH118, PTH208

import _thread
import os
import time

from km.spool.streams import SEGMENT_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LIMIT = 1 << 30
LIMIT_FILE = "spool-limit"
LIMIT_VARIABLE = "KM_SPOOL_LIMIT"

MEASURED_FILE = "measured"

_SHARE = 16
_FEW_RUNS = 64
"""So many are measured each time: in 4 ms."""
_BEGINNING = sum(SEGMENT_BYTES)
"""What a run takes before it needs a second segment."""
_MEASURED_SECONDS = 600.0
"""After this much a measurement says nothing any more."""


class Budget:
    """A run's part of the limit.

    The spool is measured when a share of what was free at the last measuring is used up, not at each segment: other
    runs take from it too, so together they may go beyond the limit by a sixteenth of the last room, each.
    """

    __slots__ = ("_begun", "_granted", "_limit", "_one_at_a_time", "_spool")

    def __init__(self, spool: str, limit: int) -> None:
        self._spool = spool
        self._limit = limit
        self._granted = 0
        self._begun = False
        self._one_at_a_time = _thread.allocate_lock()

    def take(self, size: int) -> bool:
        """Whether `size` bytes more may be allocated."""
        with self._one_at_a_time:
            if self._granted < size:
                self._granted = self._grant(size)
            if self._granted < size:
                return False
            self._granted -= size
            return True

    def _grant(self, size: int) -> int:
        """So many bytes, 0 where there is no room for `size`."""
        runs = os.stat(self._spool).st_nlink - 2  # where folders in folders are not counted, each run measures
        if not self._begun:
            self._begun = True
            if size <= _BEGINNING and self._has_room_to_begin(runs):
                return _BEGINNING
        used = spool_bytes(self._spool)
        free = self._limit - used
        grant = max(size, free // _SHARE) if free >= size else 0
        if runs > _FEW_RUNS:
            _write_measured(self._spool, used + grant, runs)
        return grant

    def _has_room_to_begin(self, runs: int) -> bool:
        if runs <= _FEW_RUNS:
            return False
        used, then = _read_measured(self._spool) or (self._limit, 0)
        return used + 2 * _BEGINNING * (max(runs - then, 0) + 1) <= self._limit


def _read_measured(spool: str) -> tuple[int, int] | None:
    """Bytes and runs, as measured lately; None where that was not done."""
    try:
        fd = os.open(os.path.join(spool, MEASURED_FILE), os.O_RDONLY)
    except OSError:
        return None
    try:
        fields = os.read(fd, 64).split()
        age = time.time() - os.fstat(fd).st_mtime
    finally:
        os.close(fd)
    if len(fields) != 2 or not all(map(bytes.isdigit, fields)) or not 0 <= age <= _MEASURED_SECONDS:
        return None
    return int(fields[0]), int(fields[1])


def _write_measured(spool: str, used: int, runs: int) -> None:
    """Tell the next ones; where that cannot be written, they measure."""
    path = os.path.join(spool, MEASURED_FILE)
    new = f"{path}.{os.getpid()}"
    try:
        fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(fd, b"%d %d" % (used, runs))
        finally:
            os.close(fd)
        os.replace(new, path)
    except OSError:
        return


def spool_bytes(spool: str) -> int:
    """What all runs of the spool take: of those that have not ended, what they have preallocated."""
    total = 0
    for run in os.listdir(spool):
        try:
            with os.scandir(os.path.join(spool, run)) as files:
                total += sum(file.stat(follow_symlinks=False).st_size for file in files)
        except (FileNotFoundError, NotADirectoryError):
            continue  # it has just been removed, or is no run
    return total


def spool_limit(home: str, environment: "Mapping[str, str]") -> int:
    """The limit in bytes. What is no number is as if it were not there."""
    for text in (environment.get(LIMIT_VARIABLE, ""), _read_limit(home)):
        if text.isascii() and text.isdigit():
            return int(text)
    return DEFAULT_LIMIT


def write_limit(home: str, limit: int) -> None:
    """Tell the wrappers."""
    path = os.path.join(home, LIMIT_FILE)
    fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, b"%d" % limit)
    finally:
        os.close(fd)
    os.replace(path + ".new", path)


def _read_limit(home: str) -> str:
    try:
        fd = os.open(os.path.join(home, LIMIT_FILE), os.O_RDONLY)
    except OSError:
        return ""
    try:
        return os.read(fd, 32).decode("ascii", "replace").strip()
    finally:
        os.close(fd)
