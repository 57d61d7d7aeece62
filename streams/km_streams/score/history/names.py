"""Names that look alike: skeletons and small edit distances. Pure."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LENGTH: Final = 64
_ALIKE: Final = str.maketrans({
    "0": "o", "1": "l", "|": "l", "!": "l", "5": "s", "$": "s", "@": "a",
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j", "ѕ": "s", "ԁ": "d",
    "ɡ": "g", "ո": "n", "ս": "u", "α": "a", "ο": "o", "ν": "v", "ρ": "p", "τ": "t", "ı": "i", "к": "k", "м": "m",
    "т": "t", "в": "b", "н": "h",
})  # fmt: skip
"""A few of the confusables of Unicode Technical Standard 39, and digits that pass for letters."""
_LETTERS: Final = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def skeleton(name: str) -> str:
    """Equal for names that look alike."""
    shown = unicodedata.normalize("NFKC", name[:_LENGTH]).casefold()
    return _LETTERS.sub("", shown.translate(_ALIKE))


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Letters and digits of a name in lower case: equal for the same words in another writing."""
    return _LETTERS.sub("", name[:_LENGTH].casefold())


@lru_cache(maxsize=4096)
def letters_of(name: str) -> frozenset[str]:
    """The characters of a name, whatever their case."""
    return frozenset(name[:_LENGTH].casefold())


def within_two_edits(one: str, other: str) -> bool:
    """Whether at most two insertions, deletions or replacements lead from one to the other."""
    if abs(len(one) - len(other)) > 2:
        return False
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
        if min(row) > 2:
            return False
    return row[-1] <= 2
