"""How far a run is acknowledged: enough to go on, after any crash, with the same bytes under the same seqs."""

import os
from pathlib import Path

from msgspec import DecodeError, Struct, json

from km.shipper.capture_filter import CaptureState
from km.spool.acknowledgement import read_acknowledged, write_acknowledged
from km.spool.stream_reader import Position
from km.spool.streams import STREAMS

FILE_NAME = "cursor"


class StreamCursor(Struct, frozen=True, kw_only=True):
    """One stream, in front of its first frame that is not acknowledged."""

    generation: int = 0
    offset: int = Position().offset
    skip: int = 0
    parts: int = 0
    """Parts acknowledged of that frame."""
    frames: int = 0
    read_bytes: int = 0
    """Frames and bytes of the stream so far, for run-ended."""
    lost_bytes: int = 0
    last_read_at: int = 0
    """CLOCK_BOOTTIME of its last chunk, nanoseconds."""
    lost_chunks: int = 0
    """Of the stream's losses, so many are reported."""

    @property
    def position(self) -> Position:
        """Where to read on."""
        return Position(self.generation, self.offset, self.skip)


class Cursor(Struct, frozen=True, kw_only=True):
    """A run behind an acknowledged record."""

    next_seq: int = 1
    next_ticket: int = 1
    skipped: int = 0
    """Tickets that never got a record."""
    last_read_at: int = 0
    """CLOCK_BOOTTIME of the last record, nanoseconds: when a run ended that could not say so."""
    streams: tuple[StreamCursor, StreamCursor, StreamCursor] = (StreamCursor(), StreamCursor(), StreamCursor())
    capture: CaptureState = CaptureState()
    """Of the capture rules."""
    expired_bytes: int = 0
    expired_frames: int = 0
    """Given up because they waited too long: their seqs stay unused. Reported with the next records."""
    owes_start: bool = False
    """Seq 1 is not acknowledged, though later ones are given up."""
    ended: bool = False
    """run-ended is acknowledged: the folder may go."""


class UnreadableCursorError(Exception):
    """A run's cursor is damaged or of a newer version: going on could give other frames the seqs of old ones."""


def load_cursor(folder: Path) -> Cursor:
    """The cursor of a run; that of its beginning where nothing is acknowledged. Raises UnreadableCursorError."""
    try:
        return json.decode((folder / FILE_NAME).read_bytes(), type=Cursor)
    except FileNotFoundError:
        return Cursor()
    except DecodeError:
        raise UnreadableCursorError(f"{folder / FILE_NAME} is not a cursor of this version of km") from None


def save_cursor(folder: Path, cursor: Cursor) -> None:
    """Replace the cursor as a whole; afterwards tell the wrapper which segments it may use again."""
    new = folder / (FILE_NAME + ".new")
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(fd, json.encode(cursor))
    finally:
        os.close(fd)
    new.replace(folder / FILE_NAME)
    first, second, third = (cursor.streams[stream].generation for stream in STREAMS)
    if read_acknowledged(str(folder)) != (first, second, third):
        write_acknowledged(str(folder), (first, second, third))
