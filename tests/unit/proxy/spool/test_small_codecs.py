"""Description, acknowledgement, segment head, run id."""

import uuid
from pathlib import Path

import pytest

from km.spool.acknowledgement import pack_acknowledged, read_acknowledged, unpack_acknowledged, write_acknowledged
from km.spool.description import decode_description, encode_description
from km.spool.run_id import uuid7
from km.spool.segment import has_room, pack_segment_head, unpack_generation
from km.spool.streams import CHUNK_BYTES

FIELDS = {"argv": [b"npx", b"", b"\xff\n\x00"], "empty": [], "cwd": [b"/" * 4096]}


def test_a_description_is_read_as_it_was_written() -> None:
    assert decode_description(encode_description(FIELDS)) == FIELDS


def test_a_description_that_is_cut_off_is_refused() -> None:
    whole = encode_description(FIELDS)
    borders = {len(encode_description(dict(list(FIELDS.items())[:count]))) for count in range(4)}
    for length in range(len(whole)):
        if length not in borders:
            with pytest.raises(ValueError, match="ends too early"):
                decode_description(whole[:length])


def test_what_the_shipper_acknowledges_the_wrapper_reads(tmp_path: Path) -> None:
    assert read_acknowledged(str(tmp_path)) == (0, 0, 0)
    write_acknowledged(str(tmp_path), (1, 70_000, 3))
    assert read_acknowledged(str(tmp_path)) == (1, 70_000, 3)


def test_a_damaged_acknowledgement_frees_nothing() -> None:
    packed = bytearray(pack_acknowledged((5, 5, 5)))
    packed[1] ^= 1
    assert unpack_acknowledged(bytes(packed)) == (0, 0, 0)
    assert unpack_acknowledged(b"") == (0, 0, 0)


def test_the_generation_of_a_segment_is_known_once_its_head_is_whole() -> None:
    head = pack_segment_head(9)
    assert unpack_generation(head + b"rest") == 9
    assert all(unpack_generation(head[:length]) is None for length in range(len(head)))
    assert unpack_generation(bytes(64)) is None


def test_a_record_begins_only_where_a_whole_chunk_fits() -> None:
    assert has_room(64, 64 + 40 + CHUNK_BYTES)
    assert not has_room(65, 64 + 40 + CHUNK_BYTES)


def test_a_run_id_is_a_uuid_version_7_of_its_moment() -> None:
    made = uuid.UUID(uuid7(0x0123_4567_89AB, b"\xff" * 10))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == 0x0123_4567_89AB
    assert uuid7(1, bytes(10)) < uuid7(2, bytes(10))
