"""Finds canaries in any bytes: whole values and pieces of them, plain and in encodings, whatever the case. Pure.

What is searched for are windows over a value that hold enough chance, so that no other bytes have them; of values
that are too short for it the whole, standing alone; of the shortest the value with what stands before it.
"""

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from .making import Canary

WINDOW: Final = 12
"""Characters: so much of a value in a row, from every fourth one on, is a leak."""
STEP: Final = 4
BITS_MIN: Final = 38.0
"""Of chance in a window: found by luck once in 10¹¹ places."""
ALONE_MIN: Final = 8
"""Characters of a value that is told from others by standing alone."""
_CONTEXT: Final = 16
_KEY: Final = 6
"""Bytes of a gram: pieces of a needle by which it is looked up."""
_STRIDE: Final = WINDOW - _KEY + 1
"""A text is looked at in every so many places: one of them begins a gram of any needle of a window's length."""
_UNICODE: Final = re.compile(rb"\\+u00([0-9a-fA-F]{2})")
_PERCENT: Final = re.compile(rb"%([0-9a-fA-F]{2})")
_ESCAPE: Final = re.compile(rb"\\+([\"/\\])")
_WORD: Final = re.compile(rb"[0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes that must not be read anywhere."""

    rule: str
    form: str
    data: bytes
    alone: bool = False
    """Counts only where no letter or digit stands beside it."""


@dataclass(frozen=True, slots=True)
class Leak:
    """What was found, and where; never the value."""

    rule: str
    form: str
    place: str


@dataclass(slots=True)
class Searcher:
    """Looks for the canaries in one place after another, and counts what it saw."""

    _grams: dict[int, dict[bytes, list[tuple[int, Needle]]]] = field(default_factory=dict)
    """By stride: by gram in lower case, where in which needles it stands."""
    places: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How many pieces were searched, by the place's name."""
    sizes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    leaks: set[Leak] = field(default_factory=set)

    def look(self, place: str, content: bytes) -> None:
        """Search one piece of a place, as it stands and with escapes undone."""
        self.places[place] += 1
        self.sizes[place] += len(content)
        plain = unescaped(content)
        for text in {content, plain}:
            self.leaks.update(Leak(needle.rule, needle.form, place) for needle in self._found(text))

    def found_in(self, *places: str) -> set[str]:
        """Rules whose canaries were found in places of these names."""
        return {leak.rule for leak in self.leaks if leak.place in places}

    def add(self, needle: Needle) -> None:
        """Look for this one, too; of at least six bytes."""
        stride = min(_STRIDE, len(needle.data) - _KEY + 1)
        grams, folded = self._grams.setdefault(stride, {}), needle.data.lower()
        for at in range(stride):
            grams.setdefault(folded[at : at + _KEY], []).append((at, needle))

    def _found(self, text: bytes) -> Iterator[Needle]:
        folded = text.lower()
        for stride, grams in self._grams.items():
            for at in range(0, len(folded) - _KEY + 1, stride):
                gram = folded[at : at + _KEY]
                if gram in grams:
                    yield from (needle for before, needle in grams[gram] if _stands(needle, text, at - before))


def searcher_of(canaries: Iterable[Canary]) -> Searcher:
    """A searcher for all forms of all canaries."""
    searcher = Searcher()
    for canary in canaries:
        for needle in needles_of(canary):
            searcher.add(needle)
    return searcher


def needles_of(canary: Canary) -> Iterator[Needle]:
    """What of a canary is looked for."""
    rule, value = canary.rule, canary.value
    windows = list(_windows(canary))
    for window in windows:
        yield from _forms(rule, window.encode())
    if windows:
        return
    if len(value) >= ALONE_MIN:
        yield Needle(rule, "plain", value.encode(), alone=True)
        yield from (needle for needle in _forms(rule, value.encode()) if needle.form != "plain")
    else:
        yield from _forms(rule, canary.text[max(0, canary.start - _CONTEXT) : canary.end].encode())


def _windows(canary: Canary) -> Iterator[str]:
    """Pieces of the value with enough chance in them; its last one, too."""
    value, last = canary.value, max(0, len(canary.value) - WINDOW)
    for at in sorted({*range(0, last + 1, STEP), last}):
        piece = value[at : at + WINDOW]
        if sum(canary.bits[at : at + WINDOW]) >= BITS_MIN and "\n" not in piece:
            yield piece


def _forms(rule: str, data: bytes) -> Iterator[Needle]:
    yield Needle(rule, "plain", data)
    yield Needle(rule, "hex", data.hex().encode())
    for shift in range(3):
        core = base64_core(data, shift)
        yield Needle(rule, "base64", core)
        safe = core.translate(bytes.maketrans(b"+/", b"-_"))
        if safe != core:
            yield Needle(rule, "base64url", safe)


def base64_core(plain: bytes, shift: int) -> bytes:
    """The base64 characters that `plain` alone decides when `shift` other bytes stand before it."""
    encoded = base64.b64encode(b"\0" * shift + plain)
    return encoded[-(-shift * 8 // 6) : (shift + len(plain)) * 8 // 6]


def unescaped(content: bytes) -> bytes:
    """`content` with escapes of ASCII in JSON, in URLs and of quotes undone, behind any number of backslashes."""
    for pattern in (_UNICODE, _PERCENT):
        content = pattern.sub(lambda match: binascii.unhexlify(match[1]), content)
    return _ESCAPE.sub(rb"\1", content)


def _stands(needle: Needle, text: bytes, at: int) -> bool:
    end = at + len(needle.data)
    if at < 0:
        return False
    if needle.form.startswith("base64"):
        return text.startswith(needle.data, at)
    if text[at:end].lower() != needle.data.lower():
        return False
    return not needle.alone or not (_WORD.match(text[max(0, at - 1) : at]) or _WORD.match(text[end : end + 1]))
