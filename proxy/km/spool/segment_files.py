"""The segment files of one stream: which may be written over, which is made, what stays mapped."""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH108, PTH118

import errno
import mmap
import os

from km.spool.acknowledgement import read_acknowledged
from km.spool.segment import file_name
from km.spool.streams import GROWN_BYTES, SEGMENT_BYTES, STDERR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FREE_KEPT = 2
_MAPPED_KEPT = 2
"""Of the segments used last, so many stay mapped: 16 KB cost 2 µs in pages that are, and 10 µs in pages mapped anew."""

_ZEROES = bytes(96 * 1024)
"""Written ahead into a new file. The pages come in one piece then: 16 KB cost 5 µs in place of 20, a fault a page.
More at a time delays one frame too much, and in folios that large each fault costs more (ext4, Linux 6.18)."""

_MADV_POPULATE_WRITE = 23
"""linux/mman.h, since 5.14; Python does not name it. Elsewhere it is refused, and each page's first store maps it."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Segment:
    """One file, mapped, and how far its pages are there."""

    __slots__ = ("_fd", "buffer", "generation", "prepared", "size")

    def __init__(self, fd: int, size: int, *, new: bool) -> None:
        self.buffer = mmap.mmap(fd, size)
        self.size = size
        self.generation = -1
        self._fd = fd
        self.prepared = 0 if new else size

    def prepare(self, end: int) -> None:
        """Have the pages below `end` in memory, and mapped, before something is stored there."""
        while self.prepared < min(end, self.size):
            length = min(len(_ZEROES), self.size - self.prepared)
            try:
                os.pwrite(self._fd, memoryview(_ZEROES)[:length], self.prepared)
                self.buffer.madvise(_MADV_POPULATE_WRITE, self.prepared, length)
            except OSError:
                length = self.size - self.prepared  # a store brings the page as well, only later
            self.prepared += length

    def cut(self, end: int) -> None:
        """Give back what lies behind `end`, to the page: a reader looks at nothing beyond the next header's place."""
        whole_pages = (end + mmap.PAGESIZE - 1) // mmap.PAGESIZE * mmap.PAGESIZE
        try:
            os.ftruncate(self._fd, min(self.size, whole_pages))
        except OSError:
            return  # it stays as large as it is

    def close(self) -> None:
        """Let go of the file; the mapping goes with the last view of it."""
        os.close(self._fd)


class SegmentFiles:
    """Gives the segment to go on in. `may_take` is asked before a file of so many bytes is made."""

    __slots__ = ("_folder", "_fsync", "_mapped", "_may_take", "_slots", "_stream")

    def __init__(self, folder: str, stream: int, may_take: "Callable[[int], bool]", *, fsync: bool) -> None:
        self._folder = folder
        self._stream = stream
        self._may_take = may_take
        self._fsync = fsync
        self._slots: dict[int, int] = {}  # slot → generation it holds
        self._mapped: dict[int, Segment] = {}  # slot → its mapping, the one used last at the end

    def take(self, generation: int) -> Segment:
        """The segment for this generation: one that is acknowledged, else a new one. Raises OSError, ValueError."""
        free = self._free(generation)
        slot = free[0] if free else self._unused_slot()
        segment = self._mapped.pop(slot, None) or self._open(slot, new=not free)
        segment.generation = generation
        self._slots[slot] = generation
        self._mapped[slot] = segment
        if len(self._mapped) > _MAPPED_KEPT:
            self._mapped.pop(next(iter(self._mapped))).close()
        return segment

    def _free(self, generation: int) -> list[int]:
        """The slots that may be written over, mapped ones first. Of a backlog that is gone, most files go too."""
        needed = read_acknowledged(self._folder)[self._stream]
        free = [slot for slot, held in self._slots.items() if held < min(needed, generation - 1)]
        free.sort(key=self._mapped.__contains__, reverse=True)
        for slot in free[_FREE_KEPT:]:
            os.unlink(os.path.join(self._folder, file_name(self._stream, slot)))
            del self._slots[slot]
            if slot in self._mapped:
                self._mapped.pop(slot).close()
        return free[:_FREE_KEPT]

    def _unused_slot(self) -> int:
        return next(slot for slot in range(len(self._slots) + 1) if slot not in self._slots)

    def _open(self, slot: int, *, new: bool) -> Segment:
        path = os.path.join(self._folder, file_name(self._stream, slot))
        if new:
            return self._make(path)
        fd = os.open(path, os.O_RDWR)
        return _mapped(fd, os.fstat(fd).st_size, new=False)

    def _make(self, path: str) -> Segment:
        """A large one where one was filled before, a small one where there is no room for it."""
        small = SEGMENT_BYTES[self._stream]
        if self._slots and self._stream != STDERR:  # of which 64 KiB are recorded here
            try:
                return self._allocate(path, GROWN_BYTES)
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
        return self._allocate(path, small)

    def _allocate(self, path: str, size: int) -> Segment:
        """Take the space now: a store into a mapped page without space behind it would kill the process (SIGBUS)."""
        if not self._may_take(size):
            raise OSError(errno.EDQUOT, "the spool is as large as it may be", path)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.posix_fallocate(fd, 0, size)
        except OSError:
            os.close(fd)
            os.unlink(path)
            raise
        if self._fsync:
            os.fsync(fd)
            sync_folder(self._folder)
        return _mapped(fd, size, new=True)


def _mapped(fd: int, size: int, *, new: bool) -> Segment:
    try:
        return Segment(fd, size, new=new)
    except BaseException:
        os.close(fd)
        raise


def sync_folder(folder: str) -> None:
    """Have the names in a folder survive a loss of power (fsync(2))."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
