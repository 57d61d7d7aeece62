"""Reads the spool of one run: its head, whether its wrapper lives, and its records in order."""

import mmap
import os
from collections.abc import Sequence
from pathlib import Path

from km.spool import head as heads
from km.spool.description import Fields, decode_description
from km.spool.merge import TicketOrder
from km.spool.run_writer import UNNAMED
from km.spool.stream_reader import Position, Record, StreamReader
from km.spool.streams import STREAMS

DONE = ".done-"
"""Prefix of a folder that is being removed."""


class UnreadableSpoolError(Exception):
    """The spool of a run is of a newer version, or damaged."""


class RunReader:
    """One run's folder. Raises UnreadableSpoolError where the head is not one of this version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._fd = os.open(folder / "head", os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._head = self._map_head()
        except BaseException:
            os.close(self._fd)
            raise
        self.description: Fields = decode_description(bytes(self._head[heads.DESCRIPTION :]))
        self._streams: list[StreamReader] = []
        self._order = TicketOrder(())
        self.seek([Position() for _ in STREAMS], 1)

    def seek(self, positions: Sequence[Position], next_ticket: int, skipped: int = 0) -> None:
        """Go on from these positions, one a stream."""
        for stream in self._streams:
            stream.close()
        self._streams = [StreamReader(self.folder, stream, positions[stream]) for stream in STREAMS]
        self._order = TicketOrder(self._streams, next_ticket, skipped)

    def take(self, *, complete: bool) -> Record | None:
        """As TicketOrder.take."""
        return self._order.take(complete=complete)

    @property
    def next_ticket(self) -> int:
        """The lowest ticket not taken yet."""
        return self._order.next_ticket

    @property
    def skipped(self) -> int:
        """Tickets whose record was never finished."""
        return self._order.skipped

    @property
    def end(self) -> heads.RunEnd | None:
        """How the run ended, where its wrapper said so."""
        return heads.read_end(self._head)

    @property
    def head(self) -> memoryview:
        """For the counters of `km.spool.head`."""
        return self._head

    def is_complete(self) -> bool:
        """Whether nothing will be written any more: no process holds the head's lock.

        That the run has ended says less: until its process is gone, a chunk from the client may still come.
        """
        try:
            os.lockf(self._fd, os.F_TEST, 0)
        except (PermissionError, BlockingIOError):
            return False
        return True

    def remove_segments(self, needed: Sequence[int]) -> None:
        """Of a complete run, delete the segments below the generations that are needed, one a stream."""
        for stream, generation in zip(self._streams, needed, strict=True):
            stream.remove_below(generation)

    def close(self) -> None:
        """Let go of the files."""
        for stream in self._streams:
            stream.close()
        os.close(self._fd)

    def _map_head(self) -> memoryview:
        size = os.fstat(self._fd).st_size
        if size < heads.DESCRIPTION:
            raise UnreadableSpoolError(f"{self.folder / 'head'} is cut off: {size} bytes")
        view = memoryview(mmap.mmap(self._fd, 0, access=mmap.ACCESS_READ))
        if view[: len(heads.MAGIC)] != heads.MAGIC:
            raise UnreadableSpoolError(
                f"{self.folder} was written by another version of km; update km, or move the folder away"
            )
        return view


def run_folders(spool: Path) -> list[Path]:
    """The runs in a spool, the oldest first (their names are UUIDv7)."""
    return sorted(folder for folder in _folders(spool) if not folder.name.startswith((UNNAMED, DONE)))


def leftovers(spool: Path, unnamed_before: float) -> list[Path]:
    """What processes that were killed left half made (before that moment, seconds since the epoch) or half removed."""
    half_made = [
        folder
        for folder in _folders(spool)
        if folder.name.startswith(UNNAMED) and folder.stat().st_mtime < unnamed_before
    ]
    return half_made + [folder for folder in _folders(spool) if folder.name.startswith(DONE)]


def _folders(spool: Path) -> list[Path]:
    try:
        return [Path(entry) for entry in os.scandir(spool) if entry.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return []
