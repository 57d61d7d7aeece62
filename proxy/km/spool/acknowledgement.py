"""The file `acknowledged`: below which generation the wrapper may use a stream's segments again.

Three u32, one a stream: the lowest generation in which an unacknowledged frame starts; then their CRC-32.
The shipper replaces the file; the wrapper reads it when it needs a segment.
"""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH105, PTH118

import os
import struct
from zlib import crc32

FILE_NAME = "acknowledged"

_FIELDS = struct.Struct("<3I")
_CRC = struct.Struct("<I")


def pack_acknowledged(needed: tuple[int, int, int]) -> bytes:
    """The file's content."""
    fields = _FIELDS.pack(*needed)
    return fields + _CRC.pack(crc32(fields))


def unpack_acknowledged(data: bytes) -> tuple[int, int, int]:
    """The lowest generations still needed; none is free where the file is damaged."""
    if len(data) != _FIELDS.size + _CRC.size or crc32(data[: _FIELDS.size]) != _CRC.unpack_from(data, _FIELDS.size)[0]:
        return (0, 0, 0)
    first, second, third = _FIELDS.unpack_from(data)
    return (first, second, third)


def read_acknowledged(folder: str) -> tuple[int, int, int]:
    """What the shipper says in a run's folder; nothing is acknowledged where it has said nothing."""
    try:
        fd = os.open(os.path.join(folder, FILE_NAME), os.O_RDONLY)
    except FileNotFoundError:
        return (0, 0, 0)
    try:
        return unpack_acknowledged(os.read(fd, 64))
    finally:
        os.close(fd)


def write_acknowledged(folder: str, needed: tuple[int, int, int]) -> None:
    """Replace the file as a whole."""
    path = os.path.join(folder, FILE_NAME)
    fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, pack_acknowledged(needed))
    finally:
        os.close(fd)
    os.replace(path + ".new", path)
