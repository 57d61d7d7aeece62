"""JSON inside strings of JSON: its leaves stand for the string, as most texts of tools are such."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import orjson

from km_streams.sanitize.escapes import unescape
from km_streams.sanitize.leaves import Leaf, leaves_of

DEPTH: Final = 2
"""JSON inside JSON inside JSON is read; what is in that is text."""
_OPENING: Final = frozenset("{[")
_OPENINGS: Final = frozenset((b"{", b"["))


def parsed_text(text: str) -> Any:
    """The object or array that a string of JSON is itself; None for any other."""
    if text[:1] not in _OPENING or not text:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _is_nested(text: bytes) -> bool:
    if text[:1] not in _OPENINGS:
        return False
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


class Said(NamedTuple):
    """A leaf, or one inside of a leaf."""

    leaf: Leaf
    outer: Leaf
    """Of the frame itself; `leaf`, where that is."""
    above: "Said | None" = None
    """The leaf right around it."""
    depth: int = 0

    def in_outer(self, start: int, end: int) -> tuple[int, int]:
        """A span of the leaf's text → of the outer leaf's."""
        if self.above is None:
            return start, end
        inner = self.leaf
        if inner.is_number:
            start, end = inner.start, inner.end
        else:
            raw = self.above.leaf.text[inner.start + 1 : inner.end - 1]
            if b"\\" in raw:
                origin = unescape(raw)
                start, end = origin.origin_of_start(start), origin.origin_of_end(end) if end else 0
            start, end = inner.start + 1 + start, inner.start + 1 + end
        return self.above.in_outer(start, end)


def said_in(data: bytes) -> Iterator[Said]:
    """Every leaf of valid JSON; in the place of one that is JSON itself, the leaves of that."""
    for leaf in leaves_of(data):
        said = Said(leaf, leaf)
        if leaf.text[:1] in _OPENINGS:
            yield from _expanded(said)
        else:
            yield said


def _expanded(said: Said) -> Iterator[Said]:
    leaf = said.leaf
    if said.depth == DEPTH or leaf.is_name or leaf.is_number or not _is_nested(leaf.text):
        yield said
        return
    for inner in leaves_of(leaf.text):
        yield from _expanded(Said(inner, said.outer, said, said.depth + 1))
