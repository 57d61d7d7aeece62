"""Counts the run that the spool has no place for: a head without segments, in a folder on another disk.

A folder that cannot be written, a full or read-only disk, a spool as large as it may be: the run goes on, and its
story (start, end, how much passed) is kept here, until the shipper can take it into the spool and publish it.
`/var/tmp/kilometers-<uid>/<checksum of the home's path>/<run_id>/head`, or under the next root where that cannot be.
"""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH118, PTH120, PTH208

import errno
import mmap
import os
from stat import S_ISDIR
from zlib import crc32

from km.home import make_private_folder
from km.spool import head as heads
from km.spool.description import Fields
from km.spool.run_writer import make_run
from km.spool.stream_writer import boot_clock
from km.spool.streams import CHUNK_BYTES, STDERR, STDIN, STDOUT, STREAMS

ROOTS = ("/var/tmp", "/tmp", "/dev/shm")  # noqa: S108 - a folder of our own in it is made and checked
"""The first outlives a reboot (FHS 3.0, 5.15); the last is in memory, for a machine whose disk is full."""

MOST_RUNS = 256
"""A run more than these is not counted: heads must not fill this disk, too."""

_GROUP_AND_OTHERS = 0o077


class CountedStream:
    """A stream of which nothing is kept but how much of it passed."""

    __slots__ = ("_head", "_scratch", "_stream", "last_read_at")

    def __init__(self, head: memoryview, stream: int) -> None:
        self._head = head
        self._stream = stream
        self._scratch = memoryview(bytearray(CHUNK_BYTES))
        self.last_read_at = 0

    def room(self) -> memoryview:
        """Memory for one chunk."""
        return self._scratch

    def commit(self, length: int) -> None:
        """Count it."""
        self.last_read_at = boot_clock()
        heads.add_loss(self._head, self._stream, length)

    def finish(self) -> None:
        """Nothing to keep."""

    def close(self, *, in_use: bool = False) -> None:
        """Nothing to give back."""


class CountedRun:
    """As RunWriter. The lock on the head, which ends with the process, says that the wrapper lives."""

    __slots__ = ("_fd", "_head", "folder", "stderr", "stdin", "stdout")

    def __init__(self, folder: str, fd: int, reason: int) -> None:
        self.folder = folder
        self._fd = fd
        self._head = memoryview(mmap.mmap(fd, 0))
        for stream in STREAMS:
            heads.set_loss(self._head, stream, 0, 0, reason)
        self.stdin, self.stdout, self.stderr = (CountedStream(self._head, each) for each in (STDIN, STDOUT, STDERR))

    def end(self, end: heads.RunEnd) -> None:
        """Say how the run ended."""
        heads.write_end(self._head, end)


def count_run(home: str, run_id: str, description: Fields, reason: int) -> CountedRun:
    """A run that is only counted, because of the errno `reason`. Raises OSError where that cannot be done either."""
    error = OSError(errno.EACCES, "no place to count the run in", home)
    for folder in refuges(home):
        try:
            _make_own_folder(os.path.dirname(folder))
            make_private_folder(folder)
            if len(os.listdir(folder)) < MOST_RUNS:
                return CountedRun(*make_run(folder, run_id, description), reason)
        except OSError as refusal:
            error = refusal
    raise error


def refuges(home: str) -> list[str]:
    """The folders where the runs of a home may be counted, whether they are there or not."""
    name = f"{crc32(os.fsencode(os.path.realpath(home))):08x}"
    return [os.path.join(root, f"kilometers-{os.geteuid()}", name) for root in ROOTS]


def is_own_folder(path: str) -> bool:
    """Whether nobody else can have put anything there: these roots are everybody's."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & _GROUP_AND_OTHERS


def _make_own_folder(path: str) -> None:
    make_private_folder(path)
    if not is_own_folder(path):
        raise OSError(errno.EACCES, "somebody else has made this folder", path)
