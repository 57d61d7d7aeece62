"""Spans of bytes that are sensitive: merged where they overlap, searched again until nothing more is found."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Final, NamedTuple

from km_streams.sanitize.encodings import BORDER

_ROUNDS_LIMIT: Final = 8
_NEAR: Final = 640
"""Bytes beside a match that rules and validators look at are fewer."""
_SAME_VALUE: Final = 0.75
"""Share of a wider span that another covers which knows its value better, and gives its type."""
STAND_IN: Final = b"\xab~\xbb"
"""Of a span that is covered: its first byte, those between, its last."""


class Span(NamedTuple):
    """Something sensitive in bytes."""

    start: int
    end: int
    type: str
    rule: str
    confidence: float = 0.9
    rank: float = 0.9
    """How sure its rule is of any value: of equal spans the first in rank gives the type."""


def settled(text: bytes, spans: list[Span], find: Callable[[bytes], Iterable[Span]]) -> list[Span]:
    """Merged spans and what is only found once they are gone: a value that was glued to another one.

    So nothing is left that a second sanitizing would find. `find` sees a stand-in of equal length for every span.
    """
    for _ in range(_ROUNDS_LIMIT):
        more = merged(chain(spans, find(covered(text, map(borders, spans))))) if spans else spans
        if len(more) == len(spans) and sum(map(_width, more)) == sum(map(_width, spans)):
            break
        spans = more
    return spans


def merged(spans: Iterable[Span]) -> list[Span]:
    """Disjoint spans that cover the same bytes, ascending; of what overlaps, the widest gives type and rule.

    Of equals the first in rank does, and of secrets that are almost equal.
    """
    result: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, -span.rank)):
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
        else:
            result[-1] = _union(last, span)
    return result


def _union(first: Span, second: Span) -> Span:
    """Both in one: of a secret's type if one is; else of the wider one's, or of who knows almost all of it better."""
    start, end = first.start, max(first.end, second.end)
    if _width(first) == _width(second) == end - start:
        return max(first, second, key=lambda span: span.rank)
    wider, other = (first, second) if _width(first) >= _width(second) else (second, first)
    is_better = other.rank > wider.rank and _width(other) >= _SAME_VALUE * (end - start)
    if _is_secret_type(other.type) and (is_better or not _is_secret_type(wider.type)):
        wider = other
    return wider._replace(start=start, end=end)


def _is_secret_type(type_: str) -> bool:
    return type_.startswith("secret.")


def covered(text: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    """`text` with a stand-in over each (start, end) that has a token's borders and none of its content."""
    pieces, last = [], 0
    for start, end in spans:
        stand_in = STAND_IN[:1] + STAND_IN[1:2] * (end - start - 2) + STAND_IN[2:]
        pieces += [text[last:start], stand_in[: end - start]]
        last = end
    return b"".join([*pieces, text[last:]])


def around(text: bytes, spans: Iterable[Span]) -> bytes:
    """What stands near disjoint spans, ascending, with a stand-in over each: only there more can be found than before.

    What is cut off around it can only make more of it: where that is so, `settled` looks at the whole.
    """
    spans = list(spans)
    hidden = covered(text, map(borders, spans))
    if len(text) <= _NEAR:
        return hidden
    windows: list[tuple[int, int]] = []
    for span in spans:
        start, end = max(0, span.start - _NEAR), span.end + _NEAR
        if windows and start <= windows[-1][1]:
            windows[-1] = windows[-1][0], end
        else:
            windows.append((start, end))
    return BORDER.join(hidden[start:end] for start, end in windows)


def borders(span: Span) -> tuple[int, int]:
    """Its start and end."""
    return span.start, span.end


def _width(span: Span) -> int:
    return span.end - span.start
