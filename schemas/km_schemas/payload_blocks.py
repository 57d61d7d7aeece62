"""Blocks of payloads as `payload_blocks` stores them: zstd of a table of lengths and the payloads behind each other.

Little-endian unsigned 32-bit numbers: how many payloads, the length of each; then their bytes.
"""

import struct
from collections.abc import Sequence
from typing import Final

import zstandard

PAYLOADS_PER_BLOCK: Final = 64
BLOCK_BYTES_LIMIT: Final = 24 * 1024 * 1024
"""A block is closed before its payloads grow past this (one payload of 18 MiB always fits)."""
_LEVEL: Final = 3
_NUMBER: Final = struct.Struct("<I")


class DamagedBlockError(Exception):
    """A block of payloads is not of its form."""


def encode_block(payloads: Sequence[bytes]) -> bytes:
    """The block of 1–64 payloads."""
    table = struct.pack(f"<{len(payloads) + 1}I", len(payloads), *map(len, payloads))
    return zstandard.ZstdCompressor(level=_LEVEL).compress(table + b"".join(payloads))


def decode_block(block: bytes) -> list[bytes]:
    """The payloads of a block; DamagedBlockError where it is none."""
    try:
        data = zstandard.ZstdDecompressor().decompress(block, max_output_size=2 * BLOCK_BYTES_LIMIT)
        (count,) = _NUMBER.unpack_from(data)
        lengths = struct.unpack_from(f"<{count}I", data, _NUMBER.size)
    except (zstandard.ZstdError, struct.error):
        raise DamagedBlockError(f"{len(block)} bytes that are no block of payloads") from None
    return _cut(data, _NUMBER.size * (count + 1), lengths)


def _cut(data: bytes, start: int, lengths: Sequence[int]) -> list[bytes]:
    if start + sum(lengths) != len(data):
        raise DamagedBlockError("a block of payloads whose lengths do not add up")
    payloads = []
    for length in lengths:
        payloads.append(data[start : start + length])
        start += length
    return payloads
