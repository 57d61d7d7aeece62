"""Appends the chunks of one stream to its segments. One thread a stream; the tickets are shared."""

import _thread
import errno
import mmap
import time
from zlib import crc32

from km.spool import head as heads
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
from km.spool.segment import FIRST_RECORD, cut_bytes, has_room, pack_segment_head
from km.spool.segment_files import Segment, SegmentFiles
from km.spool.streams import CHUNK_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Clock = Callable[[], int]

_RETRY_AFTER_NS = 1_000_000_000
"""After a failed allocation, the next one is tried this much later: a full disk costs one call a second."""
_NOWHERE = -1
"""No chunk starts below it."""
_AHEAD = CHUNK_BYTES + 2 * HEADER_BYTES + 8
"""What a chunk and the place of the next header may take."""


def boot_clock() -> int:
    """Nanoseconds since boot, suspension included; never set by hand (clock_gettime(2), CLOCK_BOOTTIME)."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def _unlimited(_size: int) -> bool:
    return True


class StreamWriter:
    """`room()` is where the next chunk is to be read into, `commit(n)` makes its first n bytes a record.

    Neither raises OSError: what cannot be recorded is counted in the head, and recording is tried again.
    With `fsync` a record, with the checksum of its payload, is on the disk when `commit` returns.
    """

    __slots__ = (
        "_checksum", "_clock", "_closed", "_files", "_fsync", "_generation", "_head", "_last_start", "_lost",
        "_next_ticket", "_offset", "_retry_at", "_scratch", "_segment", "_slow", "_stream", "_view", "last_read_at",
    )  # fmt: skip

    def __init__(
        self, folder: str, stream: int, head: memoryview, next_ticket: "Callable[[], int]", clock: "Clock" = boot_clock,
        *, may_take: "Callable[[int], bool]" = _unlimited, fsync: bool = False,
    ) -> None:  # fmt: skip
        self._files = SegmentFiles(folder, stream, may_take, fsync=fsync)
        self._stream = stream
        self._head = head
        self._next_ticket = next_ticket
        self._clock = clock
        self._fsync = fsync
        self._checksum = PAYLOAD_CHECKSUM or fsync
        self._segment: Segment | None = None
        self._generation = -1
        self._view = self._scratch = memoryview(bytearray(CHUNK_BYTES))
        self._offset = 0
        self._last_start = _NOWHERE
        self._retry_at = 0
        self._slow = _thread.allocate_lock()
        self._closed = False
        self._lost = False
        self.last_read_at = 0

    def room(self) -> memoryview:
        """Memory for one chunk: in the segment, or aside when nothing can be recorded."""
        if self._offset > self._last_start and not self._make_room():
            return self._scratch
        start = self._offset + HEADER_BYTES
        return self._view[start : start + CHUNK_BYTES]

    def commit(self, length: int) -> None:
        """Record the first `length` bytes of what `room()` gave; the caller may forward them afterwards."""
        self.last_read_at = self._clock()
        segment = self._segment
        if segment is not None:
            self._write_header(segment.buffer, length, CHUNK)
        elif not self._closed:
            self._lost = True
            heads.add_loss(self._head, self._stream, length)

    def finish(self) -> None:
        """Record that the stream has ended, so that last bytes without a newline precede the answer to them."""
        self.room()
        segment = self._segment
        if segment is not None:
            self._write_header(segment.buffer, 0, END)

    def append(self, data: bytes) -> None:
        """Record bytes that were read elsewhere, at most one chunk of them."""
        self.room()[: len(data)] = data
        self.commit(len(data))

    def close(self, *, in_use: bool = False) -> None:
        """Record nothing more and give back the rest of the segment; `in_use`: a thread may be at a last chunk."""
        with self._slow:
            segment, self._segment = self._segment, None
            self._closed = True
            self._last_start = _NOWHERE
            if segment is not None:
                end = self._offset + (_AHEAD if in_use else HEADER_BYTES)
                segment.cut(cut_bytes(self._stream, segment.size, end))

    def _make_room(self) -> bool:
        """Have room for a chunk in a segment, prepared and with more behind it where possible; whether there is."""
        with self._slow:
            if self._closed:
                return False
            segment = self._segment
            if segment is None or not has_room(self._offset, segment.size):
                segment = self._rotate()
                if segment is None:
                    return False
            segment.prepare(self._offset + _AHEAD)
            whole = segment.prepared == segment.size
            self._last_start = segment.size - HEADER_BYTES - CHUNK_BYTES if whole else segment.prepared - _AHEAD
            return True

    def _write_header(self, buffer: mmap.mmap, length: int, kind: int) -> None:
        offset = self._offset
        following = offset + record_bytes(length)
        buffer[following : following + HEADER_BYTES] = NO_HEADER[: len(buffer) - following]
        checksum = crc32(self._view[offset + HEADER_BYTES : offset + HEADER_BYTES + length]) if self._checksum else 0
        header = pack_header(self._generation, length, self._next_ticket(), self.last_read_at, kind, checksum)
        buffer[offset : offset + HEADER_BYTES] = header
        self._offset = following
        if self._fsync:
            self._put_on_disk(buffer, offset, length)

    def _put_on_disk(self, buffer: mmap.mmap, offset: int, length: int) -> None:
        start = offset - offset % mmap.PAGESIZE
        try:
            buffer.flush(start, min(self._offset + HEADER_BYTES, len(buffer)) - start)
        except OSError as error:
            self._lost = True
            heads.add_loss(self._head, self._stream, length)
            self._stop_recording(error.errno or errno.EIO)

    def _rotate(self) -> Segment | None:
        """Go on in an acknowledged segment, else in a new one; without either, in none."""
        if self._segment is None and self._clock() < self._retry_at:
            return None
        try:
            segment = self._files.take(self._generation + 1)
        except (OSError, ValueError) as error:  # mmap's word for a file that somebody cut off is ValueError
            self._stop_recording(getattr(error, "errno", None) or errno.EIO)
            return None
        self._begin(segment)
        if self._lost:
            self._record_loss(segment)
        return segment

    def _begin(self, segment: Segment) -> None:
        self._generation = segment.generation
        segment.prepare(FIRST_RECORD + _AHEAD)
        segment.buffer[FIRST_RECORD : FIRST_RECORD + HEADER_BYTES] = NO_HEADER
        head = pack_segment_head(self._generation)
        segment.buffer[: len(head)] = head
        self._segment, self._view, self._offset = segment, memoryview(segment.buffer), FIRST_RECORD

    def _record_loss(self, segment: Segment) -> None:
        payload = pack_loss(*heads.read_loss(self._head, self._stream))
        start = self._offset + HEADER_BYTES
        segment.buffer[start : start + len(payload)] = payload
        self.last_read_at = self._clock()
        self._lost = False
        self._write_header(segment.buffer, len(payload), LOSS)

    def _stop_recording(self, reason: int) -> None:
        lost_bytes, chunks, _ = heads.read_loss(self._head, self._stream)
        heads.set_loss(self._head, self._stream, lost_bytes, chunks, reason)
        self._segment, self._view, self._last_start = None, self._scratch, _NOWHERE
        self._retry_at = self._clock() + _RETRY_AFTER_NS
