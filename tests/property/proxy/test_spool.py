"""Any kill and resume of the shipper gives the same records; any cut of a spool gives a prefix."""

import itertools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from km.shipper.batch import RawRecord
from km.shipper.capture_rules import CaptureRules
from km.shipper.cursor import Cursor
from km.shipper.lifecycle_records import Anchor
from km.shipper.numbering import Numbering
from km.spool import head as heads
from km.spool.merge import TicketOrder
from km.spool.record import HEADER_BYTES, record_bytes
from km.spool.segment import FIRST_RECORD
from km.spool.stream_reader import Position, StreamReader
from km.spool.stream_writer import StreamWriter
from km.spool.streams import STREAMS

RUN_ID = "0196f3c2-0000-7000-8000-000000000003"
PART_BYTES = 7
PIECES = [b"a", b"\n", b"bcd", b"\xff\r\n", b'{"id":1,"method":"ping"}\n', b'{"id":1}\n']
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(b"".join)
CHUNKS = st.lists(st.tuples(st.sampled_from(STREAMS), TEXTS | st.none()), max_size=25)
"""Chunks of the three streams in the order of their tickets; None: this stream loses a chunk here."""
RULES = st.sampled_from([CaptureRules(), CaptureRules(max_bytes=3), CaptureRules(exclude_ping=True, max_bytes=9)])


@dataclass
class Spool:
    """A run's three streams, without a wrapper around them."""

    folder: Path
    head: memoryview


def write_spool(chunks: list[tuple[int, bytes | None]]) -> Spool:
    spool = Spool(Path(tempfile.mkdtemp()), memoryview(bytearray(heads.new_head(b""))))
    times, tickets = itertools.count(1000, 1000), itertools.count(1)
    writers = [
        StreamWriter(str(spool.folder), stream, spool.head, tickets.__next__, times.__next__) for stream in STREAMS
    ]
    for stream, text in chunks:
        if text is None:
            writers[stream].finish()
        else:
            writers[stream].append(text)
    return spool


def number(
    spool: Spool, cursor: Cursor, chunk_limit: int, rules: CaptureRules | None = None
) -> tuple[list[RawRecord], Cursor, bool]:
    """What a shipper publishes that ends after so many chunks; where it stood; whether it came to the end."""
    streams = [StreamReader(spool.folder, stream, cursor.streams[stream].position) for stream in STREAMS]
    order = TicketOrder(streams, cursor.next_ticket, cursor.skipped)
    numbering = Numbering(
        customer_id=RUN_ID, installation_id=RUN_ID, run_id=RUN_ID, anchor=Anchor(0, 0), cursor=cursor,
        rules=rules, part_bytes=PART_BYTES,
    )  # fmt: skip
    records: list[RawRecord] = []
    finished = False
    for _ in range(chunk_limit):
        record = order.take(complete=True)
        if record is None:
            records += numbering.close(heads.read_losses(spool.head), heads.read_ring(spool.head))
            finished = True
            break
        records += numbering.chunk(record)
    for stream in streams:
        stream.close()
    return records, numbering.cursor(order.next_ticket, order.skipped), finished


@given(CHUNKS, st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=20), RULES)
@settings(max_examples=60, deadline=None)
def test_any_kill_and_resume_gives_the_same_records(
    chunks: list[tuple[int, bytes | None]], lives: list[tuple[int, bool]], rules: CaptureRules
) -> None:
    """A life publishes so many chunks; it may be killed before it could save its cursor."""
    spool = write_spool(chunks)
    whole, _, _ = number(spool, Cursor(), 1000, rules)
    published: dict[int, RawRecord] = {}
    cursor, finished = Cursor(), False
    for limit, saved in [*lives, (1000, True)]:
        if finished:
            break
        records, after, ended = number(spool, cursor, limit, rules)
        for record in records:
            assert published.setdefault(record.headers.seq, record) == record
        if saved:
            cursor, finished = after, ended
    shutil.rmtree(spool.folder)
    assert [published[seq] for seq in sorted(published)] == whole
    assert [record.headers.seq for record in whole] == list(range(1, len(whole) + 1))


@given(CHUNKS)
@settings(max_examples=60, deadline=None)
def test_every_byte_of_every_stream_is_numbered_once(chunks: list[tuple[int, bytes | None]]) -> None:
    spool = write_spool(chunks)
    records, _, _ = number(spool, Cursor(), 1000)
    shutil.rmtree(spool.folder)
    for stream, direction in zip(STREAMS, ("client_to_server", "server_to_client", None), strict=True):
        numbered = b"".join(record.value for record in records if record.headers.direction == direction)
        assert numbered == b"".join(text for at, text in chunks if at == stream and text is not None)


@given(st.lists(TEXTS, max_size=12), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_any_cut_of_a_segment_gives_a_prefix(texts: list[bytes], kept: int) -> None:
    """What is behind the cut was never written: zeroes, as in a segment that is allocated and not filled."""
    spool = write_spool([(0, text) for text in texts])
    path = spool.folder / "in-0"
    if texts:
        whole = path.read_bytes()
        path.write_bytes(whole[: FIRST_RECORD + kept] + bytes(len(whole) - FIRST_RECORD - kept))
    reader, found = StreamReader(spool.folder, 0, Position()), []
    while (record := reader.peek()) is not None:
        found.append(record.payload)
        reader.advance()
    reader.close()
    shutil.rmtree(spool.folder)
    assert len(found) <= len(texts)
    ends = list(itertools.accumulate(record_bytes(len(text)) for text in texts))
    starts = [0, *ends]
    headers_kept = sum(start + HEADER_BYTES <= kept for start in starts[: len(texts)])
    payloads_kept = sum(start + HEADER_BYTES + len(text) <= kept for start, text in zip(starts, texts, strict=False))
    assert payloads_kept <= len(found) <= headers_kept
    assert found[:payloads_kept] == texts[:payloads_kept]
