"""google-re2 over bytes: linear in the text whatever the pattern, and blind to nothing.

Left alone, re2 reads bytes patterns as UTF-8 and sees no character in bytes that are none, not even for `[^a]`.
As Latin-1 every byte is one; classes and borders know ASCII alone. Hyperscan reads bytes in the same way.
"""

from collections.abc import Iterator
from typing import Final, Protocol

import re2


class PatternError(Exception):
    """An expression is not of RE2's syntax."""


class Match(Protocol):
    """One occurrence."""

    def span(self, group: int = 0) -> tuple[int, int]:
        """Start and end of a group; (-1, -1) where it took no part."""
        ...


class Pattern(Protocol):
    """A compiled expression."""

    groupindex: dict[bytes, int]

    def finditer(self, text: bytes) -> Iterator[Match]:
        """Every occurrence, leftmost first, none overlapping."""
        ...

    def search(self, text: bytes) -> Match | None:
        """The leftmost occurrence."""
        ...

    def fullmatch(self, text: bytes) -> Match | None:
        """An occurrence that is all of the text."""
        ...

    def sub(self, replacement: bytes, text: bytes) -> bytes:
        """The text with every occurrence replaced."""
        ...


_OPTIONS: Final = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False


def compiled(expression: bytes) -> Pattern:
    """The pattern of an expression in RE2's syntax; PatternError for any other."""
    try:
        pattern: Pattern = re2.compile(expression, options=_OPTIONS)
    except re2.error:
        raise PatternError(f"not of RE2's syntax: {expression.decode(errors='replace')}") from None
    return pattern
