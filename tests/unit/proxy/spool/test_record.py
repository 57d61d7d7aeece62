"""The header of a record."""

import pytest

from km.spool.record import (
    CHUNK,
    HEADER_BYTES,
    needs_payload_checksum,
    pack_header,
    pack_loss,
    record_bytes,
    unpack_header,
    unpack_loss,
)

HEADER = pack_header(3, 1000, 42, 123_456_789, CHUNK, 7)


def test_what_is_packed_is_unpacked() -> None:
    header = unpack_header(HEADER)
    assert header is not None
    assert (header.generation, header.length, header.ticket) == (3, 1000, 42)
    assert (header.read_at, header.kind, header.payload_crc) == (123_456_789, CHUNK, 7)
    assert len(HEADER) == HEADER_BYTES == 40


@pytest.mark.parametrize("position", range(HEADER_BYTES))
def test_a_header_with_one_changed_byte_is_none(position: int) -> None:
    damaged = bytearray(HEADER)
    damaged[position] ^= 1
    assert unpack_header(bytes(damaged)) is None


@pytest.mark.parametrize("length", range(HEADER_BYTES))
def test_a_header_that_is_not_wholly_written_is_none(length: int) -> None:
    assert unpack_header(HEADER[:length]) is None
    assert unpack_header(HEADER[:length] + bytes(HEADER_BYTES - length)) is None


def test_records_begin_at_multiples_of_eight() -> None:
    assert [record_bytes(length) for length in (0, 1, 8, 9)] == [40, 48, 48, 56]


def test_payloads_are_checked_where_stores_may_be_reordered() -> None:
    assert not needs_payload_checksum("x86_64")
    assert needs_payload_checksum("aarch64")


def test_a_loss_is_three_numbers() -> None:
    assert unpack_loss(pack_loss(2**40, 7, 28)) == (2**40, 7, 28)
