"""Where the bytes of a stream are cut."""

import pytest

from km.shipper.frames import FrameCutter, Piece


def cut(*chunks: bytes, limit: int = 8) -> list[Piece]:
    """Everything, the end of the stream included."""
    cutter = FrameCutter(limit)
    pieces = [piece for chunk in chunks for piece in cutter.feed(chunk)]
    last = cutter.finish()
    return pieces if last is None else [*pieces, last]


@pytest.mark.parametrize(
    ("chunks", "frames"),
    [
        ([], []),
        ([b"a\n"], [b"a\n"]),
        ([b"a\nb\n"], [b"a\n", b"b\n"]),
        ([b"a", b"b", b"\n"], [b"ab\n"]),
        ([b"\n\n"], [b"\n", b"\n"]),
        ([b"a\r\n"], [b"a\r\n"]),
        ([b"a\nlast"], [b"a\n", b"last"]),
    ],
)
def test_a_frame_ends_with_its_newline_or_with_the_stream(chunks: list[bytes], frames: list[bytes]) -> None:
    assert cut(*chunks) == [Piece(frame) for frame in frames]


def test_bytes_without_a_newline_are_cut_into_parts_all_but_the_last_partial() -> None:
    assert cut(b"0123456789abcdefXYZ\nnext\n") == [
        Piece(b"01234567", 1, partial=True),
        Piece(b"89abcdef", 2, partial=True),
        Piece(b"XYZ\n", 3),
        Piece(b"next\n"),
    ]


def test_a_frame_of_just_the_limit_is_whole() -> None:
    assert cut(b"0123456\n") == [Piece(b"0123456\n")]


def test_a_newline_behind_the_limit_is_a_part_of_its_own() -> None:
    assert cut(b"01234567\n") == [Piece(b"01234567", 1, partial=True), Piece(b"\n", 2)]


def test_a_stream_that_ends_at_a_cut_ends_with_an_empty_part() -> None:
    assert cut(b"01234567") == [Piece(b"01234567", 1, partial=True), Piece(b"", 2)]


def test_what_is_held_is_counted() -> None:
    cutter = FrameCutter(8)
    cutter.feed(b"a\nbcd")
    assert (cutter.held_bytes, cutter.parts) == (3, 0)
    cutter.feed(b"efghij")
    assert (cutter.held_bytes, cutter.parts) == (1, 1)
