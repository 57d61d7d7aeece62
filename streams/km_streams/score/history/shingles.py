"""How much of one text stands in another, by the smallest hashes of its pieces (MinHash, Broder 1997). Pure."""

import zlib
from collections.abc import Iterable
from typing import Final

KEPT: Final = 48
"""Hashes of one text that are remembered."""
_WORDS: Final = 3
"""Words of a piece."""
_LONG_WORD: Final = 16
"""Characters of a word that is a piece by itself: a key, a token, a digest."""
_TEXT_LIMIT: Final = 32 * 1024


def shingles(texts: Iterable[str]) -> list[int]:
    """The smallest hashes of runs of three words, and of long words by themselves, ascending."""
    return sorted(_hashes(texts))[:KEPT]


def shared(kept: Iterable[int], texts: Iterable[str]) -> int:
    """How many of the hashes that were kept of one text are of pieces of others too."""
    wanted = set(kept)
    return len(wanted.intersection(_hashes(texts))) if wanted else 0


def _hashes(texts: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for text in texts:
        words = text[:_TEXT_LIMIT].split()
        found.update(zlib.crc32(" ".join(words[at : at + _WORDS]).encode()) for at in range(len(words) - _WORDS + 1))
        found.update(zlib.crc32(word.encode()) for word in words if len(word) >= _LONG_WORD)
    return found
