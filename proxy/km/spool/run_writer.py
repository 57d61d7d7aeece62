"""Opens the spool of a run. Its folder gets its name when it is complete, so a reader never sees half a run."""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH102, PTH104, PTH106, PTH108, PTH110, PTH116, PTH118

import errno
import itertools
import mmap
import os

from km.spool.budget import DEFAULT_LIMIT, Budget
from km.spool.description import Fields, encode_description
from km.spool.head import DESCRIPTION, RunEnd, new_head, write_end
from km.spool.segment_files import sync_folder
from km.spool.stderr_writer import StderrWriter
from km.spool.stream_writer import StreamWriter
from km.spool.streams import STREAMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

UNNAMED = ".new-"
"""Prefix of a folder that is being made."""


class RunWriter:
    """The spool of one run: three writers and the head. The lock on the head says that the wrapper lives.

    A POSIX record lock is not inherited by children and is dropped when the process ends, in any way (fcntl(2)).
    """

    __slots__ = ("_fd", "_head", "folder", "stderr", "stdin", "stdout")

    def __init__(self, folder: str, fd: int, *, may_take: "Callable[[int], bool]", fsync: bool) -> None:
        self.folder = folder
        self._fd = fd
        self._head = memoryview(mmap.mmap(fd, 0))
        next_ticket = itertools.count(1).__next__
        self.stdin, self.stdout, stderr = (
            StreamWriter(folder, stream, self._head, next_ticket, may_take=may_take, fsync=fsync) for stream in STREAMS
        )
        self.stderr = StderrWriter(stderr, self._head)

    def end(self, end: RunEnd) -> None:
        """Say how the run ended, when all three streams are written, and give back the room they did not use."""
        for stream in (self.stdin, self.stdout, self.stderr):
            stream.close(in_use=True)
        write_end(self._head, end)


def open_run(
    spool: str, run_id: str, description: Fields, *, limit: int = DEFAULT_LIMIT, fsync: bool = False
) -> RunWriter:
    """Make the folder of a run in the folder `spool`, which exists and may hold `limit` bytes. Raises OSError."""
    # ext4, xfs and tmpfs count folders in folders; where they are not counted, the limit is that of segments alone.
    if os.stat(spool).st_nlink * DESCRIPTION > limit:
        raise OSError(errno.EDQUOT, "the spool is as large as it may be", spool)
    folder, fd = make_run(spool, run_id, description)
    if fsync:
        os.fsync(fd)
        sync_folder(folder)
        sync_folder(spool)
    return RunWriter(folder, fd, may_take=Budget(spool, limit).take, fsync=fsync)


def make_run(spool: str, run_id: str, description: Fields) -> tuple[str, int]:
    """The folder of a run with its head, and the head's locked descriptor. Raises OSError, and leaves nothing then."""
    unnamed, folder = os.path.join(spool, UNNAMED + run_id), os.path.join(spool, run_id)
    os.mkdir(unnamed, 0o700)
    path = os.path.join(unnamed, "head")
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        _write_all(fd, new_head(encode_description(description)))
        os.lseek(fd, 0, os.SEEK_SET)
        os.lockf(fd, os.F_TLOCK, 0)
        os.rename(unnamed, folder)
    except OSError:
        _remove(unnamed, path)
        raise
    return folder, fd


def _remove(folder: str, file: str) -> None:
    try:
        if os.path.exists(file):
            os.unlink(file)
        os.rmdir(folder)
    except OSError:
        return  # the shipper removes what is left half made (`run_reader.leftovers`)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
