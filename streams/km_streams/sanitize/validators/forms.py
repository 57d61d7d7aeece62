"""What a validator is, and what every one of them asks of the bytes beside a match."""

from collections.abc import Callable, Iterator

Spans = Iterator[tuple[int, int]]
Validator = Callable[[bytes, int, int], Spans]
"""(text, start, end) of what a pattern matched → the spans in it that are sensitive."""


def whole(_text: bytes, start: int, end: int) -> Spans:
    """All that the pattern says; of rules that name no validator."""
    yield start, end


def is_alone(text: bytes, start: int, end: int) -> bool:
    """Whether a number is no part of a longer one, of a word, of a path or of a UUID."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    return not (
        before[-1:].isalnum()
        or before[-1:] in {b"_", b"/", b"#"}
        or (before[-1:] in {b".", b"-", b","} and before[:1].isalnum())
        or behind[:1].isalnum()
        or behind[:1] in {b"_", b"/"}
        or (behind[:1] in {b".", b"-", b","} and behind[1:].isalnum())
    )
