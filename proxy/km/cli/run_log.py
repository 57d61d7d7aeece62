"""What is left of a run in the spool, as frames in their order, while it is being written or afterwards.

Segments that are acknowledged are written over; so the beginning of a long run may be gone, and its first frame here
is the first that begins in what is left.
"""

from dataclasses import dataclass
from pathlib import Path

from km.cli.spool_report import server_of
from km.shipper.frames import FrameCutter, Piece
from km.shipper.lifecycle_records import anchor_of, capture_lost
from km.spool import head as heads
from km.spool.record import CHUNK, LOSS, unpack_loss
from km.spool.run_reader import RunReader
from km.spool.segment import FIRST_RECORD, unpack_generation
from km.spool.stream_reader import Position, Record, StreamReader
from km.spool.streams import NAMES, STREAMS


@dataclass(frozen=True, slots=True)
class Entry:
    """One frame, one line of stderr, or a loss."""

    occurred_at_us: int
    stream: int
    content: bytes
    partial: bool = False
    lost: str = ""
    """What was lost instead."""


class RunLog:
    """Reads along. Raises what `km.shipper.runs.UNREADABLE` names."""

    def __init__(self, folder: Path) -> None:
        self.run_id = folder.name
        self._reader = RunReader(folder)
        self.server = server_of(self._reader.description)
        self._anchor = anchor_of(self._reader.description)
        self.started_at_us = self._anchor.occurred_at_us(self._anchor.boot_ns)
        starts = [Position(_first_generation(folder, stream)) for stream in STREAMS]
        self._reader.seek(starts, _first_ticket(folder, starts))
        self._cutters = [FrameCutter() for _ in STREAMS]
        self._headless = {stream for stream in STREAMS if starts[stream].generation}
        self._last_read_at = self._anchor.boot_ns
        self._ended = False

    def read(self) -> list[Entry]:
        """What has come since the last call; the last of it where `how_it_ended` says something then."""
        entries: list[Entry] = []
        if self._ended:
            return entries
        # Looked at before the records: what is not there then will never be.
        complete = self._reader.is_complete()
        while (record := self._reader.take(complete=complete)) is not None:
            self._last_read_at = record.read_at
            entries += self._entries(record)
        if complete:
            self._ended = True
            for stream in STREAMS:
                entries += self._finish(stream)
        return entries

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
