"""One chunk in a segment: a header of 40 bytes, then the payload; the next header at the next multiple of 8.

    generation  u32   of the segment, so that what is left of its former life is not taken for a record
    length      u32   bytes of payload
    ticket      u64   1, 2, 3 … over all streams of the run
    read_at     u64   nanoseconds of CLOCK_BOOTTIME when the chunk was read
    kind        u32   CHUNK; LOSS: what was lost before this record; END: the stream has ended
    payload_crc u32   CRC-32 of the payload, 0 where it is not kept: it is with --fsync, and where
                      `needs_payload_checksum`
    reserved    u32   0
    crc         u32   CRC-32 of the 36 bytes above

Little endian. The place of the next header is zeroed before a header is written, and headers are written last.
"""

import os
import struct
from zlib import crc32

CHUNK, LOSS, END = 1, 2, 3

_FIELDS = struct.Struct("<IIQQIII")
_CRC = struct.Struct("<I")
_pack_fields, _pack_crc = _FIELDS.pack, _CRC.pack
_LOSS = struct.Struct("<QQI")
HEADER_BYTES = _FIELDS.size + _CRC.size
NO_HEADER = bytes(HEADER_BYTES)


class Header:
    """What stands in front of a payload."""

    __slots__ = ("generation", "kind", "length", "payload_crc", "read_at", "ticket")

    def __init__(  # noqa: PLR0917 - in the order of the format
        self, generation: int, length: int, ticket: int, read_at: int, kind: int, payload_crc: int
    ) -> None:
        self.generation = generation
        self.length = length
        self.ticket = ticket
        self.read_at = read_at
        self.kind = kind
        self.payload_crc = payload_crc


def needs_payload_checksum(machine: str) -> bool:
    """Whether stores may become visible out of order on `machine`, so that a header alone proves nothing."""
    return machine != "x86_64"


PAYLOAD_CHECKSUM = needs_payload_checksum(os.uname().machine)


def pack_header(  # noqa: PLR0917 - in the order of the format
    generation: int, length: int, ticket: int, read_at: int, kind: int, payload_crc: int
) -> bytes:
    """The 40 bytes of a header."""
    fields = _pack_fields(generation, length, ticket, read_at, kind, payload_crc, 0)
    return fields + _pack_crc(crc32(fields))


def unpack_header(data: bytes) -> Header | None:
    """The header in 40 bytes; None where none has been written (yet) or it is damaged."""
    if len(data) < HEADER_BYTES or crc32(data[: _FIELDS.size]) != _CRC.unpack_from(data, _FIELDS.size)[0]:
        return None
    generation, length, ticket, read_at, kind, payload_crc, _ = _FIELDS.unpack_from(data)
    return Header(generation, length, ticket, read_at, kind, payload_crc)


def record_bytes(length: int) -> int:
    """What a payload of `length` bytes takes in a segment."""
    return (HEADER_BYTES + length + 7) & ~7


def pack_loss(lost_bytes: int, lost_chunks: int, errno: int) -> bytes:
    """The payload of a LOSS record: what this stream has lost since the run's start, and the last reason."""
    return _LOSS.pack(lost_bytes, lost_chunks, errno)


def unpack_loss(payload: bytes) -> tuple[int, int, int]:
    """Bytes, chunks and errno of a LOSS record."""
    lost_bytes, lost_chunks, errno = _LOSS.unpack(payload)
    return lost_bytes, lost_chunks, errno
