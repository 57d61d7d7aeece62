"""What is left of a run in the spool, as frames in their order, while it is being written or afterwards.

Segments that are acknowledged are written over; so the beginning of a long run may be gone, and its first frame here
is the first that begins in what is left.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from km.cli.spool_report import server_of
from km.shipper.frames import FrameCutter, Piece
from km.shipper.lifecycle_records import anchor_of, capture_lost
from km.spool import head as heads
from km.spool.reading import ReadMark
from km.spool.record import CHUNK, LOSS, unpack_loss
from km.spool.run_reader import RunReader
from km.spool.segment import FIRST_RECORD, unpack_generation
from km.spool.stream_reader import Position, Record, StreamReader
from km.spool.streams import NAMES, STDOUT, STREAMS

_CHECK_SECONDS: Final = 1.0
"""From one look whether what comes next is still there to the next."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One frame, one line of stderr, or a loss."""

    occurred_at_us: int
    stream: int
    content: bytes
    partial: bool = False
    lost: str = ""
    """What was lost instead."""
    overtaken: bool = False
    """It is not here: between the entry before and the next one, frames were shipped and written over."""


class RunLog:
    """Reads along. Raises what `km.shipper.runs.UNREADABLE` names."""

    def __init__(self, folder: Path) -> None:
        self.run_id = folder.name
        self._folder = folder
        self._mark = ReadMark(folder)
        try:
            self._reader = RunReader(folder)
        except BaseException:
            self._mark.close()
            raise
        self.server = server_of(self._reader.description)
        self._anchor = anchor_of(self._reader.description)
        self.started_at_us = self._anchor.occurred_at_us(self._anchor.boot_ns)
        starts = [Position(_first_generation(folder, stream)) for stream in STREAMS]
        self._reader.seek(starts, _first_ticket(folder, starts))
        self._at = starts
        self._check_at = 0.0
        self._cutters = [FrameCutter() for _ in STREAMS]
        self._headless = {stream for stream in STREAMS if starts[stream].generation}
        self._last_read_at = self._anchor.boot_ns
        self._ended = False

    def read(self) -> Iterator[Entry]:
        """What has come since the last call; behind the last of it, `how_it_ended` says something."""
        if self._ended:
            return
        # Looked at before the records: what is not there then will never be.
        complete = self._reader.is_complete()
        while (record := self._reader.take(complete=complete)) is not None:
            self._last_read_at = record.read_at
            self._at[record.stream] = record.following
            yield from self._entries(record)
        if complete:
            self._ended = True
            for stream in STREAMS:
                yield from self._finish(stream)
        elif self._is_overtaken():
            yield self._go_on_where_something_is()

    @property
    def how_it_ended(self) -> str:
        """In a few words, once everything is read; empty before."""
        if not self._ended:
            return ""
        end = self._reader.end
        if end is None:
            return "its wrapper was killed"
        return f"exit code {end.value}" if end.how == heads.EXITED else f"ended by signal {end.value}"

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()
        self._mark.close()

    def _is_overtaken(self) -> bool:
        """Whether a segment that is not read to its end is written over; looked at once a second."""
        now = time.monotonic()
        if now < self._check_at:
            return False
        self._check_at = now + _CHECK_SECONDS
        return any(_first_generation(self._folder, stream) > self._at[stream].generation + 1 for stream in STREAMS)

    def _go_on_where_something_is(self) -> Entry:
        for stream in STREAMS:
            first = _first_generation(self._folder, stream)
            if first > self._at[stream].generation:
                self._at[stream] = Position(first)
                self._cutters[stream] = FrameCutter()
                self._headless.add(stream)
        self._reader.seek(self._at, max(self._reader.next_ticket, _first_ticket(self._folder, self._at)))
        return Entry(self._anchor.occurred_at_us(self._last_read_at), STDOUT, b"", overtaken=True)

    def _entries(self, record: Record) -> list[Entry]:
        if record.kind == CHUNK:
            pieces = self._cutters[record.stream].feed(record.payload)
            if pieces and record.stream in self._headless:
                self._headless.discard(record.stream)
                pieces = pieces[1:]
            return [self._entry(record.stream, piece) for piece in pieces]
        entries = self._finish(record.stream)
        if record.kind == LOSS:
            loss = capture_lost(record.stream, *unpack_loss(record.payload))
            lost = f"{loss.lost_bytes:,} bytes since the run's start: {loss.reason}"
            entries.append(Entry(self._anchor.occurred_at_us(record.read_at), record.stream, b"", lost=lost))
        return entries

    def _finish(self, stream: int) -> list[Entry]:
        piece = self._cutters[stream].finish()
        return [self._entry(stream, piece)] if piece else []

    def _entry(self, stream: int, piece: Piece) -> Entry:
        at = self._anchor.occurred_at_us(self._last_read_at)
        return Entry(at, stream, piece.content, partial=piece.partial or piece.part is not None)


def _first_generation(folder: Path, stream: int) -> int:
    """The first from which on none is missing: below it, a segment that is kept for new use may still stand."""
    found = set()
    for path in folder.glob(f"{NAMES[stream]}-*"):
        with path.open("rb") as file:
            found.add(unpack_generation(file.read(FIRST_RECORD)))
    generations = {generation for generation in found if generation is not None}
    first = max(generations, default=0)
    while first - 1 in generations:
        first -= 1
    return first


def _first_ticket(folder: Path, starts: list[Position]) -> int:
    """From here on all streams are whole: below it, a missing ticket belongs to what was written over."""
    tickets = [1]
    for stream in STREAMS:
        if starts[stream].generation:
            reader = StreamReader(folder, stream, starts[stream])
            record = reader.peek()
            tickets.append(record.ticket if record else 1)
            reader.close()
    return max(tickets)
