"""Any chunking of any bytes gives the same frames."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from km.shipper.frames import FrameCutter, Piece

LIMIT = 5
BYTES = st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\xff", b"aaa"]), max_size=60).map(b"".join)


def pieces_of(chunks: list[bytes]) -> list[Piece]:
    cutter = FrameCutter(LIMIT)
    pieces = [piece for chunk in chunks for piece in cutter.feed(chunk)]
    last = cutter.finish()
    return pieces if last is None else [*pieces, last]


def chunked(data: bytes, cuts: list[int]) -> list[bytes]:
    borders = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(borders)]


@given(BYTES, st.lists(st.integers(0, 1000)))
def test_any_chunking_gives_the_same_pieces(data: bytes, cuts: list[int]) -> None:
    assert pieces_of(chunked(data, cuts)) == pieces_of([data])


@given(BYTES)
def test_no_byte_is_lost_added_or_moved(data: bytes) -> None:
    pieces = pieces_of([data])
    assert b"".join(piece.content for piece in pieces) == data
    assert all(len(piece.content) <= LIMIT for piece in pieces)


@given(BYTES)
def test_every_piece_ends_a_frame_but_parts_that_say_so(data: bytes) -> None:
    *others, last = pieces_of([data]) or [Piece(b"\n")]
    assert all(piece.content.endswith(b"\n") != piece.partial for piece in others)
    assert not last.partial
    for before, after in zip([None, *others], [*others, last], strict=True):
        follows = before is not None and before.partial
        assert after.part == ((before.part or 0) + 1 if follows and before else 1 if after.partial else None)
