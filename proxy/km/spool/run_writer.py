"""Opens the spool of a run. Its folder gets its name when it is complete, so a reader never sees half a run."""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH102, PTH104, PTH118

import itertools
import mmap
import os

from km.spool.description import Fields, encode_description
from km.spool.head import RunEnd, new_head, write_end
from km.spool.stderr_writer import StderrWriter
from km.spool.stream_writer import StreamWriter
from km.spool.streams import STDERR, STDIN, STDOUT

UNNAMED = ".new-"
"""Prefix of a folder that is being made."""


class RunWriter:
    """The spool of one run: three writers and the head. The lock on the head says that the wrapper lives.

    A POSIX record lock is not inherited by children and is dropped when the process ends, in any way (fcntl(2)).
    """

    __slots__ = ("_fd", "_head", "folder", "stderr", "stdin", "stdout")

    def __init__(self, folder: str, fd: int) -> None:
        self.folder = folder
        self._fd = fd
        self._head = memoryview(mmap.mmap(fd, 0))
        next_ticket = itertools.count(1).__next__
        self.stdin = StreamWriter(folder, STDIN, self._head, next_ticket)
        self.stdout = StreamWriter(folder, STDOUT, self._head, next_ticket)
        self.stderr = StderrWriter(StreamWriter(folder, STDERR, self._head, next_ticket), self._head)

    def end(self, end: RunEnd) -> None:
        """Say how the run ended, when all three streams are written."""
        write_end(self._head, end)


def open_run(spool: str, run_id: str, description: Fields) -> RunWriter:
    """Make the folder of a run in the folder `spool`, which exists. Raises OSError."""
    unnamed, folder = os.path.join(spool, UNNAMED + run_id), os.path.join(spool, run_id)
    os.mkdir(unnamed, 0o700)
    fd = os.open(os.path.join(unnamed, "head"), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    _write_all(fd, new_head(encode_description(description)))
    os.lseek(fd, 0, os.SEEK_SET)
    os.lockf(fd, os.F_TLOCK, 0)
    os.rename(unnamed, folder)
    return RunWriter(folder, fd)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
