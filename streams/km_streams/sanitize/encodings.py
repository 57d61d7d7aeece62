"""What hides in encodings: base64, hexadecimal, percent and other escapes, JSON inside JSON. Pure, in linear time.

A decoder gives what a text says once decoded, and for a span of that, what of the text says it. Base64 and
hexadecimal are replaced as a whole: half of a run would be read by nobody.
"""

import base64
import binascii
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from urllib.parse import unquote_to_bytes

from km_streams.sanitize.escapes import flatten, unescape, unescape_percent

DEPTH: Final = 2
"""Encodings inside encodings that are undone."""
RUNS_LIMIT: Final = 2_000
"""Runs of base64 or hexadecimal that are decoded in one text."""

BORDER: Final = b"\n\x1f\n"
"""Between texts that are searched at once."""
_QUANTUM: Final = rb"[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]"
"""Four characters of base64 that say three of printable ASCII."""
_WIDE_QUANTA: Final = rb"[I-Za-f][AQgw][AB][A-Za-z0-9+/]A[C-H][AEIMQUYcgkosw048]A"
"""Eight that say three of printable ASCII in UTF-16, as PowerShell's encoded commands have it."""
_HEX_PAIR: Final = rb"[2-7][0-9A-Fa-f]"

EXPRESSIONS: Final = (
    rb"(?:(?:" + _QUANTUM + rb"){4}|(?:" + _WIDE_QUANTA + rb"){3})",
    rb"(?:" + _HEX_PAIR + rb"){8}",
    rb"(?:%[2-7][0-9A-Fa-f]|\\x[2-7][0-9A-Fa-f]|&#)",
    rb'\\["\\/nrtu]',
)
"""For the prefilter: where one of these does not occur, its decoder has nothing to do."""

_BASE64_RUN: Final = re.compile(rb"(?:[A-Za-z0-9+/]{60,}+\r?\n)++[A-Za-z0-9+/]*+={0,2}|[A-Za-z0-9+/_-]{16,}+={0,2}")
_HEX_RUN: Final = re.compile(rb"[0-9A-Fa-f]{16,}+")
_URL_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f")
_HEAD: Final = 64


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a text says once decoded, and the way back."""

    text: bytes
    span_of: Callable[[int, int], tuple[int, int]]
    """Start and end of a span of `text` → of the bytes that say it."""


@dataclass(frozen=True, slots=True)
class _Runs:
    spans: Sequence[tuple[int, int]]
    starts: Sequence[int]
    """Of what each says, in the decoded text."""

    def span_of(self, start: int, end: int) -> tuple[int, int]:
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, max(start, end - 1)) - 1
        return self.spans[first][0], self.spans[last][1]


def decodings(text: bytes, present: Collection[int], is_clean: Callable[[bytes], bool]) -> Iterator[Decoded]:
    """The decoded texts in which something is to be found; `present` are positions of EXPRESSIONS that occur."""
    for position in present:
        decoded = _DECODERS[position](text, is_clean)
        if decoded:
            yield decoded


def _base64_runs(text: bytes, is_clean: Callable[[bytes], bool]) -> Decoded | None:
    return _joined(_decoded_runs(text, _BASE64_RUN, _from_base64), is_clean)


def _hex_runs(text: bytes, is_clean: Callable[[bytes], bool]) -> Decoded | None:
    return _joined(_decoded_runs(text, _HEX_RUN, _from_hex), is_clean)


def _percent(text: bytes, is_clean: Callable[[bytes], bool]) -> Decoded | None:
    if b"\\x" not in text and b"&#" not in text and is_clean(unquote_to_bytes(text)):
        return None
    unescaped = unescape_percent(text)
    if is_clean(unescaped.text):
        return None
    return Decoded(unescaped.text, lambda start, end: (unescaped.origin_of_start(start), unescaped.origin_of_end(end)))


def _escapes(text: bytes, is_clean: Callable[[bytes], bool]) -> Decoded | None:
    if is_clean(flatten(text)):
        return None
    unescaped = unescape(text)
    return Decoded(unescaped.text, lambda start, end: (unescaped.origin_of_start(start), unescaped.origin_of_end(end)))


_DECODERS: Final = (_base64_runs, _hex_runs, _percent, _escapes)


def _decoded_runs(
    text: bytes, form: re.Pattern[bytes], decode: Callable[[bytes], bytes | None]
) -> Iterator[tuple[int, int, bytes]]:
    for number, match in enumerate(form.finditer(text)):
        if number == RUNS_LIMIT:
            return
        start, end = match.span()
        said = decode(match[0])
        if said is not None:
            yield start, end, said
        elif b"/" in match[0]:
            for piece in match[0].split(b"/"):
                said = decode(piece) if len(piece) >= 16 else None
                if said is not None:
                    yield start, start + len(piece), said
                start += len(piece) + 1


def _joined(runs: Iterator[tuple[int, int, bytes]], is_clean: Callable[[bytes], bool]) -> Decoded | None:
    found = list(runs)
    text = BORDER.join(said for _, _, said in found)
    if not found or is_clean(text):
        return None
    starts = list(accumulate((len(said) + len(BORDER) for _, _, said in found), initial=0))[:-1]
    return Decoded(text, _Runs([(start, end) for start, end, _ in found], starts).span_of)


def _from_base64(run: bytes) -> bytes | None:
    run = run.translate(_URL_ALPHABET, b"=\r\n")
    run = run[: len(run) - 1] if len(run) % 4 == 1 else run
    head = _text(base64.b64decode(run[:_HEAD] + b"=" * (-len(run[:_HEAD]) % 4)))
    if head is None or len(run) <= _HEAD:
        return head
    return _text(base64.b64decode(run + b"=" * (-len(run) % 4)))


def _from_hex(run: bytes) -> bytes | None:
    even = run[: len(run) // 2 * 2]
    return _text(binascii.unhexlify(even)) if _text(binascii.unhexlify(even[:_HEAD])) is not None else None


def _text(data: bytes) -> bytes | None:
    """`data` where it is text, of UTF-16 that of ASCII; None for anything else."""
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if data.translate(None, _CONTROLS) != data:
        return None
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data if error.start >= len(data) - 3 else None
    return data
