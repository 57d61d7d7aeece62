"""What a validator is, and what every one of them asks of the bytes beside a match."""

from collections.abc import Callable, Iterator
from typing import Final

_FILLER_BYTES: Final = 8
_FILLERS: Final = frozenset({b"x", b"X", b"*", b".", b"_", b"-", b"#"})
Spans = Iterator[tuple[int, int]]
Validator = Callable[[bytes, int, int], Spans]
"""(text, start, end) of what a pattern matched → the spans in it that are sensitive."""


def whole(text: bytes, start: int, end: int) -> Spans:
    """All that the pattern says but what ends in a filler (`ghp_xxxxxxxx`); of rules that name no validator."""
    tail = text[max(start, end - _FILLER_BYTES) : end]
    if len(tail) < _FILLER_BYTES or tail[:1] not in _FILLERS or tail != tail[:1] * _FILLER_BYTES:
        yield start, end


def is_alone(text: bytes, start: int, end: int) -> bool:
    """Whether a number is no part of a longer one, of a word, of a path or of a UUID."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    return not (
        before[-1:].isalnum()
        or before[-1:] in {b"_", b"/", b"#"}
        or (before[-1:] in {b".", b"-"} and before[:1].isalnum())
        or behind[:1].isalnum()
        or behind[:1] in {b"_", b"/"}
        or (behind[:1] in {b".", b"-"} and behind[1:].isalnum())
    )
