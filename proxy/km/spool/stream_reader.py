"""Reads the records of one stream in order, from a position on, while they are being written or long after."""

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from km.spool.record import HEADER_BYTES, Header, record_bytes, unpack_header
from km.spool.segment import FIRST_RECORD, has_room, segment_bytes, unpack_generation
from km.spool.streams import CHUNK_BYTES, NAMES


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a stream: byte `skip` of the payload of the record at `offset` of segment `generation`."""

    generation: int = 0
    offset: int = FIRST_RECORD
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """What the wrapper recorded at one ticket. `payload` starts at `position.skip` of what was recorded."""

    stream: int
    ticket: int
    kind: int
    read_at: int
    """CLOCK_BOOTTIME, nanoseconds."""
    payload: bytes
    position: Position
    following: Position


class StreamReader:
    """`peek()` is the next record, None where there is none (yet); `advance()` goes behind it."""

    def __init__(self, folder: Path, stream: int, position: Position) -> None:
        self._folder = folder
        self._stream = stream
        self._position = position
        self._buffer: mmap.mmap | None = None
        self._peeked: Record | None = None
        self._slots: dict[int, Path] = {}
        self._removed_below = 0

    def peek(self) -> Record | None:
        """The next record; the same one until `advance()`."""
        if self._peeked is None:
            self._peeked = self._read()
        return self._peeked

    def advance(self) -> None:
        """Go behind the record that `peek()` gave."""
        if self._peeked is None:
            raise RuntimeError("advance() follows a peek() that gave a record")
        self._position, self._peeked = self._peeked.following, None

    def close(self) -> None:
        """Let go of the segment."""
        if self._buffer is not None:
            self._buffer.close()
            self._buffer = None

    def remove_below(self, needed: int) -> None:
        """Delete the segments of lower generations, once for each that is needed."""
        if needed > self._removed_below:
            for path in [path for path in self._files() if (held := _generation(path)) is not None and held < needed]:
                path.unlink()
            self._removed_below = needed

    def _read(self) -> Record | None:
        if self._buffer is None and not self._open():
            return None
        if not has_room(self._position.offset, segment_bytes(self._stream, len(self._segment))):
            self.close()
            self._position = Position(self._position.generation + 1)
            return self._read()
        header = unpack_header(self._segment[self._position.offset : self._position.offset + HEADER_BYTES])
        if header is None or not self._is_record(header):
            return None
        return self._record(header)

    def _is_record(self, header: Header) -> bool:
        if header.generation != self._position.generation or header.length > CHUNK_BYTES:
            return False
        return not header.payload_crc or crc32(self._payload(header, 0)) == header.payload_crc

    def _record(self, header: Header) -> Record:
        here = self._position
        return Record(
            stream=self._stream,
            ticket=header.ticket,
            kind=header.kind,
            read_at=header.read_at,
            payload=self._payload(header, here.skip),
            position=here,
            following=Position(here.generation, here.offset + record_bytes(header.length)),
        )

    def _payload(self, header: Header, skip: int) -> bytes:
        start = self._position.offset + HEADER_BYTES
        return self._segment[start + skip : start + header.length]

    @property
    def _segment(self) -> mmap.mmap:
        assert self._buffer is not None  # noqa: S101 - opened by _read
        return self._buffer

    def _open(self) -> bool:
        """Map the file that holds the wanted generation; False where there is none yet."""
        if not self._map():
            self._slots = {generation: path for path in self._files() if (generation := _generation(path)) is not None}
        return self._buffer is not None or self._map()

    def _map(self) -> bool:
        """Map the file that held it when we looked last, if it still does."""
        path = self._slots.get(self._position.generation)
        if path is None or _generation(path) != self._position.generation:
            return False
        with path.open("rb") as file:
            self._buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return True

    def _files(self) -> Iterator[Path]:
        prefix = NAMES[self._stream] + "-"
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 - asked for ten times a second and stream
        except FileNotFoundError:
            return  # another process has shipped the run and removed it
        for name in names:
            if name.startswith(prefix):
                yield self._folder / name


def _generation(path: Path) -> int | None:
    """The generation a segment file holds now; None for one that is being made or has just been deleted."""
    try:
        with path.open("rb") as file:
            return unpack_generation(file.read(FIRST_RECORD))
    except FileNotFoundError:
        return None
