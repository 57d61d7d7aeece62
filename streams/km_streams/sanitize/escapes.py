r"""JSON's string escapes (RFC 8259 §7) undone in whole texts: valid JSON, JSON cut short, JSON inside JSON.

`flatten` is fast and keeps no positions: what is in no flattened text is in no string, key or number of it.
`unescape` keeps, for what it returns, where it stood.
"""

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

_SIMPLE: Final = {
    b'\\"': b'"', b"\\n": b"\n", b"\\t": b"\t", b"\\r": b"\r", b"\\/": b"/", b"\\b": b"\b", b"\\f": b"\f",
}  # fmt: skip
_UNICODE: Final = re.compile(rb"\\u[0-9a-fA-F]{4}")
_ESCAPE: Final = re.compile(
    rb'(\\(?:["\\/bfnrt]|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}))'
)
_PERCENT: Final = re.compile(rb"(%[0-9a-fA-F]{2}|\\x[0-9a-fA-F]{2}|&#(?:[xX][0-9a-fA-F]{1,5}|[0-9]{1,6});)")
_BACKSLASH: Final = b"\x00\x00"
"""Stands for one that begins no escape; a text with NULs of its own is undone escape by escape."""
_FEW: Final = 24
_SPARSE: Final = 64
"""Bytes for each backslash, from which on it is faster to undo them one by one."""


def flatten(data: bytes) -> bytes:
    """`data` with every escape undone in place; itself where it has none.

    Halves of surrogate pairs become bytes that are no UTF-8: no rule looks for them.
    """
    if b"\\" not in data:
        return data
    if data.count(b"\\") * _SPARSE < len(data) or b"\\u0000" in data or _BACKSLASH in data:
        return unescape(data).text
    text = data.replace(b"\\\\", _BACKSLASH)
    if b"\\u" in text:
        text = _characters_in_place(text)
    for escape, character in _SIMPLE.items():
        if b"\\" not in text:
            break
        text = text.replace(escape, character)
    return text.replace(_BACKSLASH, b"\\")


def _characters_in_place(text: bytes) -> bytes:
    """`text` with its `\\u` escapes undone: few different ones each by itself, which is faster."""
    escapes = set(_UNICODE.findall(text))
    if len(escapes) > _FEW or b"\\u005c" in text or b"\\u005C" in text:
        return _UNICODE.sub(lambda match: _kept_backslash(match[0]), text)
    for escape in escapes:
        text = text.replace(escape, _kept_backslash(escape))
    return text


def _kept_backslash(escape: bytes) -> bytes:
    """What an escape says; a backslash so that it begins no other escape."""
    character = _character(escape)
    return _BACKSLASH if character == b"\\" else character


@dataclass(frozen=True, slots=True)
class Unescaped:
    """A text without escapes, and the way back to where its bytes stood."""

    text: bytes
    _starts: Sequence[int]
    """Where its pieces begin: every other one, the first too, stands byte for byte; those between are escapes."""
    _origins: Sequence[int]
    """Where each of them stood."""

    def origin_of_start(self, position: int) -> int:
        """Where the byte at `position` began."""
        piece = bisect_right(self._starts, position) - 1
        return self._origins[piece] + (0 if piece % 2 else position - self._starts[piece])

    def origin_of_end(self, position: int) -> int:
        """Behind the last byte of what ends at `position` > 0; a whole escape where it ends within one."""
        piece = bisect_right(self._starts, position - 1) - 1
        if piece % 2:
            return self._origins[piece + 1]
        return self._origins[piece] + (position - self._starts[piece])


def unescape(data: bytes) -> Unescaped:
    """`data` with every escape undone, with its way back."""
    return _undone(data, _ESCAPE, _character)


def unescape_percent(data: bytes) -> Unescaped:
    r"""`data` with `%41` (RFC 3986 §2.1), `\x41` and `&#65;` undone, with its way back."""
    return _undone(data, _PERCENT, _percent_character)


def _undone(data: bytes, form: re.Pattern[bytes], character: Callable[[bytes], bytes]) -> Unescaped:
    pieces = form.split(data)
    origins = list(accumulate(map(len, pieces), initial=0))
    pieces[1::2] = map(character, pieces[1::2])
    starts = list(accumulate(map(len, pieces), initial=0))
    return Unescaped(b"".join(pieces), starts[:-1], origins[:-1])


@lru_cache(maxsize=4096)
def _character(escape: bytes) -> bytes:
    simple = _SIMPLE.get(escape)
    if simple is not None:
        return simple
    if escape == b"\\\\":
        return b"\\"
    units = bytes.fromhex(escape.replace(b"\\u", b"").decode("ascii"))
    return units.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")


@lru_cache(maxsize=4096)
def _percent_character(escape: bytes) -> bytes:
    if escape[:1] != b"&":
        return bytes.fromhex(escape[-2:].decode("ascii"))
    code = int(escape[3:-1], 16) if escape[2:3] in b"xX" else int(escape[2:-1])
    return chr(code).encode("utf-8", "surrogatepass") if 0 < code <= sys.maxunicode else escape
