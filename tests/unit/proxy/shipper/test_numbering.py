"""From records of the spool to records of `mcp.frames`."""

from km.shipper.batch import RawRecord
from km.shipper.cursor import Cursor
from km.shipper.lifecycle_records import Anchor
from km.shipper.numbering import Numbering
from km.spool.record import CHUNK, END, LOSS, pack_loss
from km.spool.stream_reader import Position, Record
from km.spool.streams import STDERR, STDIN, STDOUT
from km_schemas.codecs import decode
from km_schemas.headers import CAPTURE_LOST, FRAME
from km_schemas.headers import STDERR as STDERR_TYPE
from km_schemas.records import CaptureLost

ID = "0196f3c2-0000-7000-8000-000000000003"
NO_LOSSES = [(0, 0, 0)] * 3
NO_SPACE = 28


def numbering(cursor: Cursor | None = None) -> Numbering:
    return Numbering(
        customer_id=ID, installation_id=ID, run_id=ID, anchor=Anchor(0, 0), cursor=cursor or Cursor(), part_bytes=8
    )


def record(stream: int, payload: bytes, read_at: int = 1000, kind: int = CHUNK, offset: int = 64) -> Record:
    return Record(stream, 1, kind, read_at, payload, Position(0, offset), Position(0, offset + 100))


def shapes(records: list[RawRecord]) -> list[tuple[int, str, bytes]]:
    return [(record.headers.seq, record.headers.type, record.value) for record in records]


def test_seqs_go_through_streams_in_the_order_of_last_bytes() -> None:
    run = numbering()
    assert run.chunk(record(STDIN, b"requ")) == []
    assert shapes(run.chunk(record(STDOUT, b"note\n"))) == [(1, FRAME, b"note\n")]
    assert shapes(run.chunk(record(STDIN, b"est\n"))) == [(2, FRAME, b"request\n")]
    assert shapes(run.chunk(record(STDERR, b"oops\n"))) == [(3, STDERR_TYPE, b"oops\n")]


def test_a_frame_has_the_time_of_its_last_byte() -> None:
    run = numbering()
    run.chunk(record(STDIN, b"a", read_at=1_000_000))
    (frame,) = run.chunk(record(STDIN, b"b\n", read_at=5_000_000))
    assert frame.headers.occurred_at_us == 5000


def test_directions_are_those_of_the_streams() -> None:
    run = numbering()
    records = [run.chunk(record(stream, b"x\n"))[0] for stream in (STDIN, STDOUT, STDERR)]
    assert [each.headers.direction for each in records] == ["client_to_server", "server_to_client", None]


def test_the_end_of_a_stream_completes_its_last_frame_before_the_answer_to_it() -> None:
    run = numbering()
    run.chunk(record(STDIN, b"request"))
    assert shapes(run.chunk(record(STDIN, b"", kind=END))) == [(1, FRAME, b"request")]
    assert shapes(run.chunk(record(STDOUT, b"answer\n"))) == [(2, FRAME, b"answer\n")]


def test_a_loss_ends_the_frame_it_interrupts_and_is_said_once() -> None:
    run = numbering()
    run.chunk(record(STDOUT, b"begin"))
    piece, loss = run.chunk(record(STDOUT, pack_loss(100, 2, NO_SPACE), kind=LOSS))
    assert (piece.headers.seq, piece.value) == (1, b"begin")
    assert (loss.headers.seq, loss.headers.type) == (2, CAPTURE_LOST)
    assert decode(loss.value, CaptureLost) == CaptureLost(
        reason="stdout: No space left on device", lost_bytes=100, lost_chunks=2
    )
    (rest,) = run.close([(0, 0, 0), (130, 3, NO_SPACE), (0, 0, 0)], b"")
    assert decode(rest.value, CaptureLost).lost_bytes == 30


def test_what_is_left_at_the_end_comes_in_the_order_of_its_last_bytes_and_the_tail_of_stderr_last() -> None:
    run = numbering()
    run.chunk(record(STDIN, b"later", read_at=9))
    run.chunk(record(STDOUT, b"sooner", read_at=5))
    assert shapes(run.close(NO_LOSSES, b"tail")) == [
        (1, FRAME, b"sooner"), (2, FRAME, b"later"), (3, STDERR_TYPE, b"tail"),
    ]  # fmt: skip


def test_the_cursor_points_at_the_first_byte_that_is_in_no_frame() -> None:
    run = numbering()
    run.chunk(record(STDIN, b"one\ntw", offset=64))
    run.chunk(record(STDIN, b"o", offset=200))
    run.chunk(record(STDOUT, b"all\n", offset=64))
    cursor = run.cursor(4, 0)
    assert cursor.streams[STDIN].position == Position(0, 64, 4)
    assert cursor.streams[STDOUT].position == Position(0, 164)
    assert (cursor.next_seq, cursor.streams[STDIN].frames, cursor.streams[STDIN].read_bytes) == (3, 1, 4)


def test_parts_go_on_counting_after_a_restart() -> None:
    run = numbering()
    (part,) = run.chunk(record(STDIN, b"01234567ab"))
    assert (part.headers.part, part.headers.partial) == (1, True)
    cursor = run.cursor(2, 0)
    assert cursor.streams[STDIN].position == Position(0, 64, 8)
    (last,) = numbering(cursor).chunk(record(STDIN, b"ab\n"))
    assert (last.headers.seq, last.headers.part, last.headers.partial) == (2, 2, False)
