"""Turns the records of one run's spool into the records of `mcp.frames`, with their seqs.

Deterministic: the same spool and the same cursor give the same records, so that a resend repeats seqs and bytes.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from km.shipper.batch import RawRecord
from km.shipper.capture_filter import CaptureFilter
from km.shipper.capture_rules import CaptureRules
from km.shipper.cursor import Cursor, StreamCursor
from km.shipper.frames import PART_BYTES, FrameCutter, Piece
from km.shipper.lifecycle_records import Anchor, capture_lost, expired
from km.spool.record import CHUNK, LOSS, unpack_loss
from km.spool.stream_reader import Position, Record
from km.spool.streams import STDERR, STDIN, STDOUT, STREAMS
from km_schemas import headers as h
from km_schemas.codecs import BYTES_CONTENT_TYPE, JSON_CONTENT_TYPE, encode
from km_schemas.records import CaptureLost, RunEnded, RunStarted
from km_schemas.words import Direction, FilterReason

DIRECTIONS: Final[dict[int, Direction | None]] = {
    STDIN: "client_to_server",
    STDOUT: "server_to_client",
    STDERR: None,
}
_TYPES: Final[dict[type[object], str]] = {
    RunStarted: h.RUN_STARTED,
    RunEnded: h.RUN_ENDED,
    CaptureLost: h.CAPTURE_LOST,
}


class StreamState:
    """One stream behind what has been numbered of it."""

    def __init__(self, stream: int, cursor: StreamCursor, part_bytes: int) -> None:
        self.stream = stream
        self._start = cursor.position
        self.cutter = FrameCutter(part_bytes, cursor.parts)
        self.frames = cursor.frames
        self.read_bytes = cursor.read_bytes
        self.lost = (cursor.lost_bytes, cursor.lost_chunks)
        self.last_read_at = cursor.last_read_at

    def feed(self, record: Record) -> list[Piece]:
        """Cut a chunk, and keep where the first byte stands that is in no piece yet."""
        if not self.cutter.held_bytes:
            self._start = record.position
        pieces = self.cutter.feed(record.payload)
        self.last_read_at = record.read_at
        if pieces:
            self.count(pieces)
            self._start = self._place(record)
        return pieces

    def count(self, pieces: Iterable[Piece]) -> None:
        """Add to the stream's totals."""
        for piece in pieces:
            self.frames += not piece.partial
            self.read_bytes += len(piece.content)

    def go_behind(self, record: Record) -> None:
        """Nothing of `record` or before it is needed any more."""
        self._start = record.following

    def cursor(self) -> StreamCursor:
        """Where to go on after a restart."""
        return StreamCursor(
            generation=self._start.generation,
            offset=self._start.offset,
            skip=self._start.skip,
            parts=self.cutter.parts,
            frames=self.frames,
            read_bytes=self.read_bytes,
            lost_bytes=self.lost[0],
            lost_chunks=self.lost[1],
            last_read_at=self.last_read_at,
        )

    def _place(self, record: Record) -> Position:
        held = self.cutter.held_bytes
        if not held:
            return record.following
        skip = record.position.skip + len(record.payload) - held
        return Position(record.position.generation, record.position.offset, skip)


class Numbering:
    """One run: records of the spool in, numbered records out."""

    def __init__(
        self, *, customer_id: str, installation_id: str, run_id: str, anchor: Anchor, cursor: Cursor,
        rules: CaptureRules | None = None, part_bytes: int = PART_BYTES,
    ) -> None:  # fmt: skip
        self._customer_id = customer_id
        self._installation_id = installation_id
        self._run_id = run_id
        self._anchor = anchor
        self._capture = CaptureFilter(rules, cursor.capture)
        self._streams = [StreamState(stream, cursor.streams[stream], part_bytes) for stream in STREAMS]
        self.next_seq = cursor.next_seq
        self.owes_start = cursor.owes_start or cursor.next_seq == 1
        self._expired = (cursor.expired_bytes, cursor.expired_frames)
        self.last_read_at = max(cursor.last_read_at, anchor.boot_ns)

    def chunk(self, record: Record) -> list[RawRecord]:
        """The frames that a record of the spool completes; what it says of a loss."""
        stream = self._streams[record.stream]
        self.last_read_at = max(self.last_read_at, record.read_at)
        if record.kind == CHUNK:
            return [self._piece(stream, piece) for piece in stream.feed(record)]
        # A frame that misses bytes ends where they begin; one without a newline, where the stream does.
        records = self._finish(stream)
        if record.kind == LOSS:
            records += self._loss(stream, *unpack_loss(record.payload))
        stream.go_behind(record)
        return records

    def lifecycle(self, record: RunStarted | RunEnded | CaptureLost, read_at: int) -> RawRecord:
        """One of our own records, at a moment of the boot clock."""
        return self._number(_TYPES[type(record)], encode(record), read_at, content_type=JSON_CONTENT_TYPE)

    def start(self, record: RunStarted) -> RawRecord:
        """Seq 1, also where later ones are given up already."""
        self.owes_start = False
        self.next_seq, following = 1, max(self.next_seq, 2)
        started = self.lifecycle(record, self._anchor.boot_ns)
        self.next_seq = following
        return started

    def give_up(self, record: Record) -> None:
        """Number what a record of the spool completes, and forget it: those seqs stay unused."""
        self.next_seq = max(self.next_seq, 2)
        stream = self._streams[record.stream]
        lost = stream.lost
        given_up = [each for each in self.chunk(record) if each.headers.type != h.CAPTURE_LOST]
        stream.lost = lost  # what was never recorded is said at the end
        lost_bytes, lost_frames = self._expired
        self._expired = (lost_bytes + sum(len(each.value) for each in given_up), lost_frames + len(given_up))

    def expired(self) -> list[RawRecord]:
        """What `give_up` forgot, said once."""
        (lost_bytes, lost_frames), self._expired = self._expired, (0, 0)
        return [self.lifecycle(expired(lost_bytes, lost_frames), self.last_read_at)] if lost_frames else []

    def close(self, losses: list[tuple[int, int, int]], stderr_tail: bytes) -> list[RawRecord]:
        """What is left when all chunks are numbered: last pieces, losses (bytes, chunks, errno), the end of stderr."""
        records: list[RawRecord] = []
        for stream in sorted(self._streams, key=lambda stream: stream.last_read_at):
            records += self._finish(stream)
        for stream, loss in zip(self._streams, losses, strict=True):
            records += self._loss(stream, *loss)
        if stderr_tail:
            records.append(self._number(h.STDERR, stderr_tail, self.last_read_at))
        return records

    def cursor(self, next_ticket: int, skipped: int, *, ended: bool = False) -> Cursor:
        """Where the run stands behind everything numbered, with what TicketOrder says of tickets."""
        first, second, third = (stream.cursor() for stream in self._streams)
        return Cursor(
            next_seq=self.next_seq,
            next_ticket=next_ticket,
            skipped=skipped,
            last_read_at=self.last_read_at,
            streams=(first, second, third),
            capture=self._capture.state,
            expired_bytes=self._expired[0],
            expired_frames=self._expired[1],
            owes_start=self.owes_start and self.next_seq > 1,
            ended=ended,
        )

    def _finish(self, stream: StreamState) -> list[RawRecord]:
        piece = stream.cutter.finish()
        if piece is None:
            return []
        stream.count([piece])
        return [self._piece(stream, piece)]

    def _loss(self, stream: StreamState, lost_bytes: int, lost_chunks: int, errno: int) -> list[RawRecord]:
        new_bytes, new_chunks = lost_bytes - stream.lost[0], lost_chunks - stream.lost[1]
        if not new_chunks:
            return []
        stream.lost = (lost_bytes, lost_chunks)
        return [self.lifecycle(capture_lost(stream.stream, new_bytes, new_chunks, errno), self.last_read_at)]

    def _piece(self, stream: StreamState, piece: Piece) -> RawRecord:
        record = self._number(
            h.STDERR if stream.stream == STDERR else h.FRAME,
            piece.content,
            stream.last_read_at,
            direction=DIRECTIONS[stream.stream],
            part=piece.part,
            partial=piece.partial,
        )
        reason = None if stream.stream == STDERR else self._capture.reason(stream.stream, piece)
        return _stub(record, reason) if reason and piece.content else record

    def _number(
        self, record_type: str, value: bytes, read_at: int, *, content_type: str = BYTES_CONTENT_TYPE,
        direction: Direction | None = None, part: int | None = None, partial: bool = False,
    ) -> RawRecord:  # fmt: skip
        seq, self.next_seq = self.next_seq, self.next_seq + 1
        headers = h.EventHeaders(
            type=record_type,
            customer_id=self._customer_id,
            installation_id=self._installation_id,
            run_id=self._run_id,
            seq=seq,
            occurred_at_us=self._anchor.occurred_at_us(read_at),
            direction=direction,
            content_type=content_type,
            part=part,
            partial=partial,
        )
        return RawRecord(headers, value)


def _stub(record: RawRecord, reason: FilterReason) -> RawRecord:
    """A record with its seq and its size, without its bytes."""
    return RawRecord(replace(record.headers, filtered=reason, size=len(record.value)), b"")
