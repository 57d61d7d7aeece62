"""Bytes into a `Payload` and out of it again, every one of them.

JSON stands verbatim (`msgspec.Raw`) only where orjson accepted it at a depth ≤ 512: `Raw` trims white space and
checks nothing when it is encoded, so a wrong choice here would make a record that nobody can read.
"""

import base64
import hashlib
from itertools import accumulate
from typing import Final

import orjson
from msgspec import UNSET, Raw

from km_schemas.records.event import Omitted, Payload

JSON_DEPTH_LIMIT: Final = 512
EVENT_SIZE_LIMIT: Final = 18 * 1024 * 1024
"""Bytes of a payload in an Event; above it size and SHA-256 stand in its place (topics take records of 20 MiB)."""

_WHITE_SPACE: Final = b" \t\n\r"
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in _STEPS)


def payload_of(data: bytes) -> Payload:
    """The payload that holds `data` exactly; `omitted` where the encoded form would be too large."""
    if _is_json(data):
        if len(data) > EVENT_SIZE_LIMIT:
            return omitted_payload(data)
        body = data.strip(_WHITE_SPACE)
        start = data.index(body)
        head, tail = data[:start].decode(), data[start + len(body) :].decode()
        return Payload(json=Raw(body), head=head, tail=tail)
    if len(data) * 4 // 3 > EVENT_SIZE_LIMIT:
        return omitted_payload(data)
    return Payload(base64=base64.b64encode(data).decode())


def omitted_payload(data: bytes) -> Payload:
    """Size and SHA-256 in place of bytes too large for a derived topic."""
    return Payload(omitted=Omitted(size=len(data), sha256=hashlib.sha256(data).hexdigest()))


def bytes_of(payload: Payload) -> bytes | None:
    """The bytes that `payload_of` was given; none where they were omitted."""
    if payload.json is not UNSET:
        return payload.head.encode() + bytes(payload.json) + payload.tail.encode()
    if payload.base64 is not UNSET:
        return base64.b64decode(payload.base64, validate=True)
    return None


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return json_depth(data) <= JSON_DEPTH_LIMIT


def json_depth(data: bytes) -> int:
    """The deepest nesting of valid JSON bytes (0 for a bare scalar); or a bound at most the limit where that is enough.

    Outside strings only: valid JSON has backslashes in strings alone, so dropping escaped backslashes, then
    escaped quotes, leaves quotes that only open and close, and every second piece between them is structure.
    """
    openings = data.count(b"[") + data.count(b"{")
    if openings <= JSON_DEPTH_LIMIT:
        return openings
    pieces = data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    brackets = b"".join(pieces).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)
