"""JSON inside strings of JSON: its leaves stand for the string, as most texts of tools are such."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from km_streams.sanitize.escapes import Unescaped, unescape
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


class Said:
    """A leaf, or one inside of a leaf."""

    __slots__ = ("_way_back", "above", "depth", "leaf", "outer")

    def __init__(self, leaf: Leaf, outer: Leaf, above: "Said | None" = None, depth: int = 0) -> None:
        self.leaf = leaf
        self.outer = outer
        """Of the frame itself; `leaf`, where that is."""
        self.above = above
        """The leaf right around it."""
        self.depth = depth
        self._way_back: Unescaped | None = None

    def in_frame(self, data: bytes, start: int, end: int) -> tuple[int, int]:
        """A span of the leaf's text → of the frame's bytes; of a number it is the whole."""
        leaf, above = self.leaf, self.above
        if leaf.is_number:
            start, end = leaf.start, leaf.end
        else:
            start, end = self._in_literal(data if above is None else above.leaf.text, start, end)
        return (start, end) if above is None else above.in_frame(data, start, end)

    def _in_literal(self, text: bytes, start: int, end: int) -> tuple[int, int]:
        """Of the text in which the string stands; how its escapes were undone is found out once."""
        inside, behind = self.leaf.start + 1, self.leaf.end - 1
        if len(self.leaf.text) == behind - inside:  # an escape is longer than what it says
            return inside + start, inside + end
        if self._way_back is None:
            self._way_back = unescape(text[inside:behind])
        way = self._way_back
        return inside + way.origin_of_start(start), inside + (way.origin_of_end(end) if end else 0)


@dataclass(frozen=True, slots=True)
class Leaves:
    """Every leaf of valid JSON; in the place of one that is JSON itself, the leaves of that."""

    all: list[Leaf]
    inner: dict[int, Said]
    """Those inside of a leaf, by their number."""

    def said(self, number: int) -> Said:
        """A leaf with what is around it."""
        return self.inner.get(number) or Said(self.all[number], self.all[number])


def leaves_in(data: bytes, *, numbers: bool = True) -> Leaves:
    """The leaves of a frame; without `numbers` not the frame's own, only those that its strings tell."""
    found = Leaves([], {})
    for leaf in leaves_of(data):
        if leaf.text[:1] in _OPENINGS:
            for said in _expanded(Said(leaf, leaf)):
                if said.above is not None:
                    found.inner[len(found.all)] = said
                found.all.append(said.leaf)
        elif numbers or not leaf.is_number:
            found.all.append(leaf)
    return found


def _expanded(said: Said) -> Iterator[Said]:
    leaf = said.leaf
    if said.depth == DEPTH or leaf.is_name or leaf.is_number or not _is_nested(leaf.text):
        yield said
        return
    for inner in leaves_of(leaf.text):
        inside = Said(inner, said.outer, said, said.depth + 1)
        if inner.text[:1] in _OPENINGS:
            yield from _expanded(inside)
        else:
            yield inside
