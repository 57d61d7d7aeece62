"""What does not change in a run: names with lists of byte strings, in a form that needs no parser to write.

A field: u16 length of its name, the name, u32 number of values, and for each value u32 length and its bytes.
"""

import os
import struct

Fields = dict[str, list[bytes]]

_NAME = struct.Struct("<H")
_NUMBER = struct.Struct("<I")


def encode_description(fields: Fields) -> bytes:
    """The fields, one after the other."""
    parts: list[bytes] = []
    for name, values in fields.items():
        parts += [_NAME.pack(len(name)), name.encode(), _NUMBER.pack(len(values))]
        for value in values:
            parts += [_NUMBER.pack(len(value)), value]
    return b"".join(parts)


def decode_description(data: bytes) -> Fields:
    """The inverse; ValueError where `data` ends too early."""
    fields: Fields = {}
    offset = 0
    try:
        while offset < len(data):
            name, offset = _take(data, offset, _NAME)
            (count,) = _NUMBER.unpack_from(data, offset)
            offset += _NUMBER.size
            values = fields[name.decode()] = []
            for _ in range(count):
                value, offset = _take(data, offset, _NUMBER)
                values.append(value)
    except struct.error:
        raise ValueError("the description of a run ends too early") from None
    return fields


def _take(data: bytes, offset: int, size: struct.Struct) -> tuple[bytes, int]:
    (length,) = size.unpack_from(data, offset)
    start = offset + size.size
    if start + length > len(data):
        raise ValueError("the description of a run ends too early")
    return data[start : start + length], start + length


def text(value: str) -> list[bytes]:
    """A text of the operating system (argument, path) as the one value of a field."""
    return [os.fsencode(value)]
