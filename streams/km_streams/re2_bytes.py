"""google-re2 over bytes: linear in the text whatever the pattern, and blind to nothing.

Left alone, re2 reads bytes patterns as UTF-8 and sees no character in bytes that are none, not even for `[^a]`.
As Latin-1 every byte is one; classes and borders know ASCII alone. Hyperscan reads bytes in the same way.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import re2


class PatternError(Exception):
    """An expression is not of RE2's syntax."""


_OPTIONS: Final = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False

_Anchor = re2._re2.RE2.Anchor  # noqa: SLF001 - the wrapper around it takes longer than most searches
_ANYWHERE, _WHOLE = _Anchor.UNANCHORED, _Anchor.ANCHOR_BOTH


class Match(NamedTuple):
    """One occurrence."""

    spans: list[tuple[int, int]]
    """Start and end of it and of each group; (-1, -1) of one that took no part."""

    def span(self, group: int = 0) -> tuple[int, int]:
        """Start and end of a group; (-1, -1) where it took no part."""
        return self.spans[group]


class Pattern:
    """A compiled expression."""

    __slots__ = ("_compiled", "_match", "groupindex")

    def __init__(self, expression: bytes) -> None:
        """PatternError where the expression is not of RE2's syntax."""
        try:
            self._compiled: Any = re2.compile(expression, options=_OPTIONS)
        except re2.error:
            raise PatternError(f"not of RE2's syntax: {expression.decode(errors='replace')}") from None
        self._match: Callable[[Any, bytes, int, int], list[tuple[int, int]]] = self._compiled._regexp.Match  # noqa: SLF001 - as above
        self.groupindex: dict[bytes, int] = self._compiled.groupindex

    def finditer(self, text: bytes) -> Iterator[Match]:
        """Every occurrence, leftmost first, none overlapping."""
        position, end = 0, len(text)
        while position <= end:
            spans = self._match(_ANYWHERE, text, position, end)
            behind = spans[0][1]
            if behind < 0:
                return
            yield Match(spans)
            position = behind if behind > position else position + 1

    def search(self, text: bytes) -> Match | None:
        """The leftmost occurrence."""
        spans = self._match(_ANYWHERE, text, 0, len(text))
        return Match(spans) if spans[0][0] >= 0 else None

    def fullmatch(self, text: bytes) -> Match | None:
        """An occurrence that is all of the text."""
        spans = self._match(_WHOLE, text, 0, len(text))
        return Match(spans) if spans[0][0] >= 0 else None

    def sub(self, replacement: bytes, text: bytes) -> bytes:
        """The text with every occurrence replaced."""
        return self._compiled.sub(replacement, text) if self.search(text) else text


_STATES_BYTES: Final = 16 << 20
"""Memory for the states of a set's automaton; where it is used up, they are forgotten."""
_SET_OPTIONS: Final = re2.Options()
_SET_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_SET_OPTIONS.log_errors = False
_SET_OPTIONS.max_mem = _STATES_BYTES


_PROBE: Final = b"\x00\x1f\x01\x1e\x02\x1d"
"""Looked for beside the expressions: an automaton that has no memory for a state finds nothing, without a word."""


class PatternSet:
    """Expressions of RE2's syntax, looked for all at once by one automaton."""

    def __init__(self, expressions: Sequence[bytes]) -> None:
        """Raises PatternError where they are too large for one."""
        self._set = re2.Set.SearchSet(_SET_OPTIONS)
        self._probe = len(expressions)
        try:
            for expression in (*expressions, _PROBE):
                self._set.Add(expression)
            self._set.Compile()
        except re2.error:
            raise PatternError("too large for one automaton") from None
        if not self._set.Match(_PROBE):
            raise PatternError("no memory for one state of the automaton")

    def hits(self, text: bytes) -> list[int]:
        """Positions of the expressions that occur, ascending."""
        found = self._set.Match(text)
        return sorted(hit for hit in found if hit != self._probe) if found else []


def compiled(expression: bytes) -> Pattern:
    """The pattern of an expression in RE2's syntax; PatternError for any other."""
    return Pattern(expression)
