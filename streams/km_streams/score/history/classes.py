"""What a tool does, by the words of its name: it sends, reads private things, brings in foreign text. Pure."""

import re
from functools import lru_cache
from typing import Final

from km_streams.score.ruleset import CompiledRule

_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@lru_cache(maxsize=4096)
def words_of(name: str) -> frozenset[str]:
    """The words of a name in snake, kebab or camel case, in lower case."""
    return frozenset(word.lower() for word in _WORDS.findall(name[:128]))


@lru_cache(maxsize=4096)
def is_of_class(tool: str | None, rule: CompiledRule, class_: str) -> bool:
    """Whether a tool's name has a word of a class, as the rule lists it."""
    return tool is not None and not words_of(tool).isdisjoint(rule.source.words[class_])
