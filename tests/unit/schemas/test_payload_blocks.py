"""Blocks give back their payloads, and damaged ones say so."""

import pytest
import zstandard

from km_schemas.payload_blocks import DamagedBlockError, decode_block, encode_block


def test_a_block_gives_back_its_payloads_in_order() -> None:
    payloads = [b"", b"{}", b"x" * 100_000]
    assert decode_block(encode_block(payloads)) == payloads


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"no zstd",
        encode_block([b"abc"])[:-4],
        zstandard.compress(b"\x00"),
        zstandard.compress(b"\xff\xff\xff\xff"),
        zstandard.compress(b"\x01\x00\x00\x00\x05\x00\x00\x00abc"),
    ],
)
def test_a_damaged_block_is_refused(block: bytes) -> None:
    with pytest.raises(DamagedBlockError):
        decode_block(block)
