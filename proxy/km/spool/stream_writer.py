"""Appends the chunks of one stream to its segments. One thread a stream; the tickets are shared."""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH108, PTH118

import errno
import mmap
import os
import time
from collections.abc import Callable
from zlib import crc32

from km.spool import head as heads
from km.spool.acknowledgement import read_acknowledged
from km.spool.record import (
    CHUNK,
    END,
    HEADER_BYTES,
    LOSS,
    NO_HEADER,
    PAYLOAD_CHECKSUM,
    pack_header,
    pack_loss,
    record_bytes,
)
from km.spool.segment import FIRST_RECORD, file_name, has_room, pack_segment_head
from km.spool.streams import CHUNK_BYTES, SEGMENT_BYTES

_RETRY_AFTER_NS = 1_000_000_000
"""After a failed allocation, the next one is tried this much later: a full disk costs one call a second."""
_FREE_SLOTS_KEPT = 2

Clock = Callable[[], int]


def boot_clock() -> int:
    """Nanoseconds since boot, suspension included; never set by hand (clock_gettime(2), CLOCK_BOOTTIME)."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class StreamWriter:
    """`room()` is where the next chunk is to be read into, `commit(n)` makes its first n bytes a record.

    Neither raises OSError: what cannot be recorded is counted in the head, and recording is tried again.
    """

    __slots__ = (
        "_buffer", "_clock", "_folder", "_generation", "_head", "_lost", "_next_ticket", "_offset",
        "_retry_at", "_scratch", "_slots", "_stream", "_view", "last_read_at",
    )  # fmt: skip

    def __init__(
        self, folder: str, stream: int, head: memoryview, next_ticket: Callable[[], int], clock: Clock = boot_clock
    ) -> None:
        self._folder = folder
        self._stream = stream
        self._head = head
        self._next_ticket = next_ticket
        self._clock = clock
        self._slots: dict[int, int] = {}  # slot → generation it holds
        self._generation = -1
        self._buffer: mmap.mmap | None = None
        self._view = self._scratch = memoryview(bytearray(CHUNK_BYTES))
        self._offset = 0
        self._retry_at = 0
        self._lost = False
        self.last_read_at = 0

    def room(self) -> memoryview:
        """Memory for one chunk: in the segment, or aside when nothing can be recorded."""
        if self._buffer is None or not has_room(self._offset, SEGMENT_BYTES[self._stream]):
            self._rotate()
            if self._buffer is None:
                return self._scratch
        start = self._offset + HEADER_BYTES
        return self._view[start : start + CHUNK_BYTES]

    def commit(self, length: int) -> None:
        """Record the first `length` bytes of what `room()` gave; the caller may forward them afterwards."""
        self.last_read_at = self._clock()
        if self._buffer is None:
            self._lost = True
            heads.add_loss(self._head, self._stream, length)
            return
        self._write_header(self._buffer, length, CHUNK)

    def finish(self) -> None:
        """Record that the stream has ended, so that last bytes without a newline precede the answer to them."""
        self.room()
        if self._buffer is not None:
            self._write_header(self._buffer, 0, END)

    def append(self, data: bytes) -> None:
        """Record bytes that were read elsewhere, at most one chunk of them."""
        self.room()[: len(data)] = data
        self.commit(len(data))

    def _write_header(self, buffer: mmap.mmap, length: int, kind: int) -> None:
        offset = self._offset
        following = offset + record_bytes(length)
        buffer[following : following + HEADER_BYTES] = NO_HEADER[: len(buffer) - following]
        checksum = crc32(self._view[offset + HEADER_BYTES : offset + HEADER_BYTES + length]) if PAYLOAD_CHECKSUM else 0
        header = pack_header(self._generation, length, self._next_ticket(), self.last_read_at, kind, checksum)
        buffer[offset : offset + HEADER_BYTES] = header
        self._offset = following

    def _rotate(self) -> None:
        """Go on in an acknowledged segment, else in a new one; without either, in none."""
        if self._buffer is None and self._clock() < self._retry_at:
            return
        try:
            buffer, slot = self._next_buffer()
        except (OSError, ValueError) as error:  # mmap's word for a file that somebody cut off is ValueError
            self._stop_recording(getattr(error, "errno", None) or errno.EIO)
            return
        self._generation += 1
        self._slots[slot] = self._generation
        buffer[FIRST_RECORD : FIRST_RECORD + HEADER_BYTES] = NO_HEADER
        head = pack_segment_head(self._generation)
        buffer[: len(head)] = head
        # The former mapping goes when the pump lets go of the last view of it.
        self._buffer, self._view, self._offset = buffer, memoryview(buffer), FIRST_RECORD
        if self._lost:
            self._record_loss(buffer)

    def _record_loss(self, buffer: mmap.mmap) -> None:
        payload = pack_loss(*heads.read_loss(self._head, self._stream))
        start = self._offset + HEADER_BYTES
        buffer[start : start + len(payload)] = payload
        self.last_read_at = self._clock()
        self._write_header(buffer, len(payload), LOSS)
        self._lost = False

    def _stop_recording(self, reason: int) -> None:
        lost_bytes, chunks, _ = heads.read_loss(self._head, self._stream)
        heads.set_loss(self._head, self._stream, lost_bytes, chunks, reason)
        self._buffer, self._view = None, self._scratch
        self._retry_at = self._clock() + _RETRY_AFTER_NS

    def _next_buffer(self) -> tuple[mmap.mmap, int]:
        needed = read_acknowledged(self._folder)[self._stream]
        free = [slot for slot, generation in self._slots.items() if generation < min(needed, self._generation)]
        for slot in free[_FREE_SLOTS_KEPT:]:
            os.unlink(os.path.join(self._folder, file_name(self._stream, slot)))
            del self._slots[slot]
        slot = free[0] if free else self._unused_slot()
        return self._map(slot, new=not free), slot

    def _unused_slot(self) -> int:
        return next(slot for slot in range(len(self._slots) + 1) if slot not in self._slots)

    def _map(self, slot: int, *, new: bool) -> mmap.mmap:
        path = os.path.join(self._folder, file_name(self._stream, slot))
        size = SEGMENT_BYTES[self._stream]
        fd = os.open(path, os.O_RDWR | (os.O_CREAT | os.O_TRUNC if new else 0), 0o600)
        try:
            if new:
                _allocate(fd, path, size)
            return mmap.mmap(fd, size)
        finally:
            os.close(fd)


def _allocate(fd: int, path: str, size: int) -> None:
    """Take the space now: a store into a mapped page without space behind it would kill the process (SIGBUS)."""
    try:
        os.posix_fallocate(fd, 0, size)
    except OSError:
        os.unlink(path)
        raise
