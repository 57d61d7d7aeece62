"""A segment: a preallocated file that holds records of one stream.

    magic       8 bytes  `KMSEG` and the format's version
    generation  u32      0, 1, 2 … : the how-manyth segment of its stream this file is at present
    crc         u32      CRC-32 of the 12 bytes above

Records start at byte 64. A record begins only where a header and a whole chunk fit behind it; so both sides know
without a mark where a segment ends. The file of an acknowledged segment is used again, with a new generation.
The last one of a run is cut off behind its last record, and keeps the size it had for this reckoning.
"""

import struct
from zlib import crc32

from km.spool.record import HEADER_BYTES
from km.spool.streams import CHUNK_BYTES, GROWN_BYTES, NAMES, SEGMENT_BYTES

FIRST_RECORD = 64

_MAGIC = b"KMSEG\x00\x00\x01"
_FIELDS = struct.Struct("<8sI")
_CRC = struct.Struct("<I")
_HEAD_BYTES = _FIELDS.size + _CRC.size


def pack_segment_head(generation: int) -> bytes:
    """The first bytes of a segment file."""
    fields = _FIELDS.pack(_MAGIC, generation)
    return fields + _CRC.pack(crc32(fields))


def unpack_generation(data: bytes) -> int | None:
    """The generation of the segment that starts with `data`; None where its head is not (wholly) written."""
    if len(data) < _HEAD_BYTES or crc32(data[: _FIELDS.size]) != _CRC.unpack_from(data, _FIELDS.size)[0]:
        return None
    magic, generation = _FIELDS.unpack_from(data)
    return int(generation) if magic == _MAGIC else None


def has_room(offset: int, segment_bytes: int) -> bool:
    """Whether a record may begin at `offset` of a segment of this size."""
    return offset + HEADER_BYTES + CHUNK_BYTES <= segment_bytes


def segment_bytes(stream: int, file_bytes: int) -> int:
    """The size a segment was made with, whose file may have been cut off since."""
    small = SEGMENT_BYTES[stream]
    return small if file_bytes <= small else GROWN_BYTES


def cut_bytes(stream: int, segment_size: int, end: int) -> int:
    """To how much the file may be cut behind `end`, for `segment_bytes` to say its size all the same."""
    small = SEGMENT_BYTES[stream]
    return end if segment_size <= small else max(end, small + 1)


def file_name(stream: int, slot: int) -> str:
    """The name of the file in a stream's slot 0, 1, 2 …"""
    return f"{NAMES[stream]}-{slot}"
