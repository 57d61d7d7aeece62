"""What hides in encodings: base64, hexadecimal, percent and other escapes, JSON inside JSON. Pure, in linear time.

A decoder gives what a text says once decoded, and for a span of that, what of the text says it. Base64 and
hexadecimal are replaced as a whole: half of a run would be read by nobody.
"""

import base64
import binascii
import re
import string
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from urllib.parse import unquote_to_bytes

from km_streams.re2_bytes import Pattern, compiled
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
    rb"(?:%[2-7][0-9A-Fa-f]|\\x[2-7][0-9A-Fa-f]|%0[9AaDd]|\\x0[9AaDd]|&#)",
    rb'\\["\\/nrtu]',
)
"""For the prefilter: where one of these does not occur, its decoder has nothing to do."""

_BASE64_RUN: Final = re.compile(rb"(?:[A-Za-z0-9+/]{60,}+\r?\n)++[A-Za-z0-9+/]*+={0,2}|[A-Za-z0-9+/_-]{16,}+={0,2}")
_HEX_RUN: Final = re.compile(rb"[0-9A-Fa-f]{16,}+")
_BASE64_TEXT, _HEX_TEXT = compiled(EXPRESSIONS[0]), compiled(EXPRESSIONS[1])
_HEX_BYTES: Final = b"0123456789ABCDEFabcdef"
_URL_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f")
_CONTROLS_SHARE: Final = 10
"""Text has no more controls (colours of terminals, ends of records) than one in so many bytes, and one."""
_WIDE_SHARE: Final = 3
"""From one zero in so many bytes on it is the half of UTF-16 that says nothing."""
_HEAD: Final = 64


_BINARY_BYTES: Final = 2_048
"""From which on a run that says no text is taken for an image or the like."""
_STRIDE: Final = _BINARY_BYTES // 2
_KEPT: Final = 128
"""Of such a run, at its start and its end: what is known by how it begins, as a key in DER, shows itself there."""
_SIGNS_SHARE: Final = 16
"""A path has more signs than one in so many bytes."""
_BASE64: Final = (string.ascii_letters + string.digits + "+/").encode()
_BASE64_BYTES: Final = _BASE64 + b"-_\r\n"


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
    """The decoded texts in which something may be found; `present` are positions of EXPRESSIONS that occur.

    Where the way back is dear, only those that are not clean.
    """
    for position in present:
        decoded = _DECODERS[position](text, is_clean)
        if decoded:
            yield decoded


def without_binary(text: bytes) -> bytes:
    """`text` without the middle of long runs of base64 that say no text: images, in which any short word occurs."""
    if len(text) < _BINARY_BYTES:
        return text
    pieces, last, position = [], 0, _STRIDE
    while position < len(text):
        if text.find(b"\n", position, position + _STRIDE) < 0:
            start, end = _run_around(text, position)
            if start >= last and _is_binary(text[start:end]):
                pieces.append(text[last : start + _KEPT])
                last = end - _KEPT
            position = max(position, end)
        position += _STRIDE
    return b"".join([*pieces, text[last:]]) if pieces else text


def _run_around(text: bytes, position: int) -> tuple[int, int]:
    end = text.find(b"\n", position)
    return text.rfind(b"\n", 0, position) + 1, end if end >= 0 else len(text)


def _is_binary(run: bytes) -> bool:
    body = run.rstrip(b"=")
    begin = body[:_BINARY_BYTES]
    signs = begin.count(b"/") + begin.count(b"+")
    return (
        len(body) >= _BINARY_BYTES
        and signs * _SIGNS_SHARE < len(begin)
        and not body[:_HEAD].translate(None, _BASE64)
        and _HEX_RUN.fullmatch(body[:_HEAD]) is None
        and _from_base64(body[:_HEAD]) is None
        and not body.translate(None, _BASE64)
    )


def _base64_runs(text: bytes, _is_clean: Callable[[bytes], bool]) -> Decoded | None:
    return _joined(_decoded_runs(text, _BASE64_TEXT, _BASE64_RUN, _BASE64_BYTES, _from_base64))


def _hex_runs(text: bytes, _is_clean: Callable[[bytes], bool]) -> Decoded | None:
    return _joined(_decoded_runs(text, _HEX_TEXT, _HEX_RUN, _HEX_BYTES, _from_hex))


def _percent(text: bytes, is_clean: Callable[[bytes], bool]) -> Decoded | None:
    if b"\\x" not in text and b"&#" not in text and is_clean(unquote_to_bytes(text)):
        return None
    unescaped = unescape_percent(text)
    if is_clean(unescaped.text):
        return None
    return Decoded(unescaped.text, lambda start, end: (unescaped.origin_of_start(start), unescaped.origin_of_end(end)))


def _escapes(text: bytes, is_clean: Callable[[bytes], bool]) -> Decoded | None:
    if is_clean(flatten(_with_backslash(text))):
        return None
    unescaped = unescape(text)
    return Decoded(unescaped.text, lambda start, end: (unescaped.origin_of_start(start), unescaped.origin_of_end(end)))


def _with_backslash(text: bytes) -> bytes:
    """The leaves that have one."""
    return b"\x1f".join(leaf for leaf in text.split(b"\x1f") if b"\\" in leaf)


_DECODERS: Final = (_base64_runs, _hex_runs, _percent, _escapes)


def _decoded_runs(
    text: bytes, sign: Pattern, form: re.Pattern[bytes], alphabet: bytes, decode: Callable[[bytes], bytes | None]
) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, what it says) of runs of `form` in which `sign` occurs; of `alphabet` and what may stand between."""
    behind = 0
    for number, hit in enumerate(sign.finditer(text)):
        if number == RUNS_LIMIT:
            return
        if hit.span()[0] < behind:
            continue
        match = form.search(text, _run_start(text, hit.span()[0], behind, alphabet))
        if match is None:
            return
        start, behind = match.span()
        said = decode(match[0])
        if said is not None:
            yield start, behind, said
        elif b"/" in match[0]:
            yield from _decoded_pieces(match[0], start, decode)


def _run_start(text: bytes, position: int, least: int, alphabet: bytes) -> int:
    """Where the bytes of `alphabet` begin that go on at `position`."""
    width = _HEAD
    while True:
        start = max(least, position - width)
        rest = len(text[start:position].rstrip(alphabet))
        if rest or start == least:
            return start + rest
        width *= 8


def _decoded_pieces(
    run: bytes, start: int, decode: Callable[[bytes], bytes | None]
) -> Iterator[tuple[int, int, bytes]]:
    for piece in run.split(b"/"):
        said = decode(piece) if len(piece) >= 16 else None
        if said is not None:
            yield start, start + len(piece), said
        start += len(piece) + 1


def _joined(runs: Iterator[tuple[int, int, bytes]]) -> Decoded | None:
    found = list(runs)
    if not found:
        return None
    text = BORDER.join(said for _, _, said in found)
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
    if data.count(b"\0") * _WIDE_SHARE >= len(data):
        data = data.replace(b"\0", b"")
    if len(data) - len(data.translate(None, _CONTROLS)) > len(data) // _CONTROLS_SHARE + 1:
        return None
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data if error.start >= len(data) - 3 else None
    return data
