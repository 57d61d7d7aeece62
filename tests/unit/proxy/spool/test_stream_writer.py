"""Segments: filled, recycled when acknowledged, never written over before."""

import errno
import itertools
import mmap
import os
from pathlib import Path

import pytest

from km.spool import head as heads
from km.spool.acknowledgement import write_acknowledged
from km.spool.record import CHUNK, END, LOSS, unpack_loss
from km.spool.stream_reader import Position, Record, StreamReader
from km.spool.stream_writer import StreamWriter
from km.spool.streams import CHUNK_BYTES, GROWN_BYTES, SEGMENT_BYTES, STDERR, STDOUT

FULL = 28  # ENOSPC


class Clock:
    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def head() -> memoryview:
    return memoryview(bytearray(heads.new_head(b"")))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer(tmp_path: Path, head: memoryview, clock: Clock) -> StreamWriter:
    return StreamWriter(str(tmp_path), STDERR, head, itertools.count(1).__next__, clock)


def read_all(folder: Path, position: Position | None = None, stream: int = STDERR) -> list[Record]:
    reader, records = StreamReader(folder, stream, position or Position()), []
    while (record := reader.peek()) is not None:
        records.append(record)
        reader.advance()
    reader.close()
    return records


def chunk(number: int, length: int = CHUNK_BYTES) -> bytes:
    return (b"%08d" % number) * (length // 8)


def test_what_is_written_is_read_while_it_is_being_written(tmp_path: Path, writer: StreamWriter) -> None:
    reader = StreamReader(tmp_path, STDERR, Position())
    for number in range(100):
        assert reader.peek() is None
        writer.append(chunk(number, 8 * number))
        record = reader.peek()
        assert record is not None
        assert (record.ticket, record.payload) == (number + 1, chunk(number, 8 * number))
        reader.advance()
    reader.close()


def test_many_chunks_go_on_in_new_segments(tmp_path: Path, writer: StreamWriter) -> None:
    for number in range(20):
        writer.append(chunk(number))
    assert [record.payload for record in read_all(tmp_path)] == [chunk(number) for number in range(20)]
    assert {path.stat().st_size for path in tmp_path.glob("err-*")} == {SEGMENT_BYTES[STDERR]}


def test_an_acknowledged_segment_is_used_again(tmp_path: Path, writer: StreamWriter) -> None:
    here = Position()
    for number in range(200):
        writer.append(chunk(number))
        last = read_all(tmp_path, here)[-1]
        assert last.payload == chunk(number)
        here = last.position
        write_acknowledged(str(tmp_path), (0, 0, here.generation))
    assert len(list(tmp_path.glob("err-*"))) == 2
    assert here.generation > 50


def test_what_is_not_acknowledged_is_never_written_over(tmp_path: Path, writer: StreamWriter) -> None:
    for number in range(30):
        writer.append(chunk(number))
    write_acknowledged(str(tmp_path), (0, 0, 4))
    for number in range(30, 60):
        writer.append(chunk(number))
    kept = read_all(tmp_path, Position(4))
    assert [record.payload for record in kept][-40:] == [chunk(number) for number in range(20, 60)]


def test_after_a_backlog_spare_segments_are_deleted(tmp_path: Path, writer: StreamWriter) -> None:
    for number in range(60):
        writer.append(chunk(number))
    many = len(list(tmp_path.glob("err-*")))
    write_acknowledged(str(tmp_path), (0, 0, 19))
    for number in range(6):
        writer.append(chunk(number))
    assert many == 20
    assert len(list(tmp_path.glob("err-*"))) <= 4


def test_without_space_the_loss_is_counted_and_recording_resumes_with_it(
    tmp_path: Path, writer: StreamWriter, head: memoryview, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.append(b"before")

    def full(*_: object) -> None:
        raise OSError(FULL, "full")

    for number in range(4):
        writer.append(chunk(number))
    monkeypatch.setattr(os, "posix_fallocate", full)
    while heads.read_loss(head, STDERR)[1] < 2:
        writer.append(chunk(9))
    monkeypatch.undo()
    writer.append(b"still before the next attempt")
    clock.now += 2_000_000_000
    writer.append(b"after")
    *_, loss, after = read_all(tmp_path)
    assert (loss.kind, after.kind, after.payload) == (LOSS, CHUNK, b"after")
    lost = 2 * CHUNK_BYTES + len(b"still before the next attempt")
    assert unpack_loss(loss.payload) == (lost, 3, FULL)
    assert heads.read_loss(head, STDERR) == (lost, 3, FULL)


def test_what_an_old_life_of_a_segment_left_is_not_read(tmp_path: Path, writer: StreamWriter) -> None:
    for number in range(3):
        writer.append(chunk(number))
    writer.append(chunk(3))
    write_acknowledged(str(tmp_path), (0, 0, 1))
    for number in range(4, 8):
        writer.append(chunk(number))
    writer.append(b"short")
    assert [record.payload for record in read_all(tmp_path, Position(2))][-1] == b"short"


def test_a_stream_that_fills_its_first_segment_goes_on_in_larger_ones(tmp_path: Path, head: memoryview) -> None:
    writer = StreamWriter(str(tmp_path), STDOUT, head, itertools.count(1).__next__)
    for number in range(40):
        writer.append(chunk(number))
    assert [path.stat().st_size for path in sorted(tmp_path.iterdir())] == [SEGMENT_BYTES[STDOUT], GROWN_BYTES]


def test_where_there_is_no_room_for_a_large_segment_a_small_one_is_made(tmp_path: Path, head: memoryview) -> None:
    allowed = SEGMENT_BYTES[STDOUT].__ge__
    writer = StreamWriter(str(tmp_path), STDOUT, head, itertools.count(1).__next__, may_take=allowed)
    for number in range(40):
        writer.append(chunk(number))
    assert {path.stat().st_size for path in tmp_path.iterdir()} == {SEGMENT_BYTES[STDOUT]}
    assert heads.read_loss(head, STDOUT) == (0, 0, 0)


def test_a_writer_that_may_take_nothing_counts_everything(tmp_path: Path, head: memoryview) -> None:
    writer = StreamWriter(str(tmp_path), STDOUT, head, itertools.count(1).__next__, may_take=lambda _: False)
    writer.append(b"lost")
    assert heads.read_loss(head, STDOUT) == (4, 1, errno.EDQUOT)
    assert list(tmp_path.iterdir()) == []


def test_with_fsync_a_record_has_the_checksum_of_its_payload(tmp_path: Path, head: memoryview) -> None:
    writer = StreamWriter(str(tmp_path), STDERR, head, itertools.count(1).__next__, fsync=True)
    writer.append(b"kept")
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    assert [record.payload for record in read_all(tmp_path)] == [b"kept"]
    content[content.index(b"kept")] ^= 1
    file.write_bytes(content)
    assert read_all(tmp_path) == []


def test_a_stream_that_has_ended_gives_back_what_it_did_not_use(tmp_path: Path, writer: StreamWriter) -> None:
    writer.append(b"a short run\n")
    writer.finish()
    writer.close()
    assert [path.stat().st_size for path in tmp_path.iterdir()] == [mmap.PAGESIZE]
    assert [(record.kind, record.payload) for record in read_all(tmp_path)] == [(CHUNK, b"a short run\n"), (END, b"")]


@pytest.mark.parametrize("chunks", [1, 2, 3, 4, 7])
def test_what_is_given_back_takes_no_record_along(tmp_path: Path, writer: StreamWriter, chunks: int) -> None:
    for number in range(chunks):
        writer.append(chunk(number))
    writer.finish()
    writer.close()
    assert [record.payload for record in read_all(tmp_path)] == [*(chunk(number) for number in range(chunks)), b""]


@pytest.mark.parametrize("chunks", range(14, 36))
def test_a_large_segment_is_not_taken_for_a_small_one_when_it_is_cut(
    tmp_path: Path, head: memoryview, chunks: int
) -> None:
    writer = StreamWriter(str(tmp_path), STDOUT, head, itertools.count(1).__next__)
    sent = [*(chunk(number) for number in range(chunks)), b"short"]
    for data in sent:
        writer.append(data)
    writer.close()
    assert [record.payload for record in read_all(tmp_path, stream=STDOUT)] == sent
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2 * SEGMENT_BYTES[STDOUT] + chunks * CHUNK_BYTES


def test_a_reader_that_has_the_segment_mapped_reads_on_when_it_is_cut(tmp_path: Path, writer: StreamWriter) -> None:
    writer.append(chunk(1, 800))
    reader = StreamReader(tmp_path, STDERR, Position())
    assert reader.peek() is not None
    reader.advance()
    writer.append(chunk(2, 800))
    writer.close()
    assert (record := reader.peek()) is not None
    assert record.payload == chunk(2, 800)
    reader.advance()
    assert reader.peek() is None
    reader.close()


def test_a_chunk_that_was_under_way_when_the_run_ended_finds_its_room(tmp_path: Path, writer: StreamWriter) -> None:
    writer.append(b"before")
    room = writer.room()
    writer.close(in_use=True)
    room[:] = chunk(1)  # would be a SIGBUS beyond the end of the file
    writer.commit(CHUNK_BYTES)
    writer.finish()
    assert [record.payload for record in read_all(tmp_path)] == [b"before"]


def test_after_the_end_nothing_is_recorded_and_nothing_counts_as_lost(
    tmp_path: Path, writer: StreamWriter, head: memoryview
) -> None:
    writer.append(b"before")
    writer.close(in_use=True)
    writer.append(b"after")
    assert [record.payload for record in read_all(tmp_path)] == [b"before"]
    assert heads.read_loss(head, STDERR) == (0, 0, 0)


def test_a_stream_that_never_said_anything_has_nothing_to_give_back(tmp_path: Path, writer: StreamWriter) -> None:
    writer.close()
    assert list(tmp_path.iterdir()) == []
