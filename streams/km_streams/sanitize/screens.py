"""Which rules a text calls for: hundreds of expressions in three passes.

An expression with a literal is free where the literal does not occur. Those without (`[0-9a-f]{24}:[0-9a-f]{64}`) are
looked for by automata: by two, as what two need to know multiplies in one. Rules that know a secret by its name are
looked for where such a name stands.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from km_streams.sanitize import encodings
from km_streams.sanitize.prefilter import AutomatonPrefilter, Prefilter, PrefilterMaker
from km_streams.sanitize.ruleset import RuleSet

_LITERAL_BYTES: Final = 3
_NAMES: Final = (-1,)
"""In the place of rules: what names call for is looked for by a prefilter of its own."""
_BORDERED: Final = re.compile(rb"\(\?:\^\|\[\^|\\b")
"""With what expressions begin that begin at a border."""
_REPETITION: Final = re.compile(rb"(?<!\\)\{(\d+)(?:,(\d*))?\}")
_NO_LITERAL: Final = re.compile(
    rb"\\[bswdSWDnrtx.*+?|()\[\]{}^$]|\[(?:\\.|[^\]])*\]|\(\?(?:P<\w+>|[ims]*:|[ims]+\))|.[?*]|[(|)^$.+]"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a text calls for."""

    rules: Sequence[int]
    """Positions of rules, ascending."""
    encodings: Sequence[int]
    """Positions of encodings, ascending."""
    names: bool
    """Whether the name of a secret ends anywhere."""


NOTHING: Final = Found((), (), names=False)


class Screens:
    """The prefilters of one set of rules."""

    def __init__(self, rules: RuleSet, make: PrefilterMaker) -> None:
        """Makes, or loads, a prefilter for words, one for what stands at names, and two for shapes."""
        by_screen: dict[bytes, list[int]] = {}
        for position, rule in enumerate(rules.rules):
            if position not in rules.named:
                by_screen.setdefault(rule.screen, []).append(position)
        words = [screen for screen in by_screen if _has_literal(screen)]
        bordered = [screen for screen in by_screen if screen not in words and _BORDERED.match(screen)]
        shapes = [screen for screen in by_screen if screen not in words and screen not in bordered]
        self._words = _Looked(make([rules.name_end, *words]), [_NAMES, *(by_screen[screen] for screen in words)])
        self._shapes = _Looked(
            AutomatonPrefilter([*encodings.EXPRESSIONS, *shapes], make),
            [*([] for _ in encodings.EXPRESSIONS), *(by_screen[screen] for screen in shapes)],
        )
        self._bordered = _Looked(AutomatonPrefilter(bordered, make), [by_screen[screen] for screen in bordered])
        self._named = _Looked(
            make([rules.rules[rule].screen for rule in rules.named]), [[rule] for rule in rules.named]
        )

    def found(self, text: bytes) -> Found:
        """What a text calls for."""
        text = encodings.without_binary(text)
        words = self._words.prefilter.hits(text)
        shapes = self._shapes.prefilter.hits(text)
        bordered = self._bordered.prefilter.hits(text)
        if not words and not shapes and not bordered:
            return NOTHING
        rules = self._words.rules(words) | self._shapes.rules(shapes) | self._bordered.rules(bordered)
        names = -1 in rules
        if names:
            rules |= self._named.rules(self._named.prefilter.hits(text))
        present = [screen for screen in shapes if screen < len(encodings.EXPRESSIONS)]
        return Found(sorted(rules.difference(_NAMES)), present, names)


class _Looked:
    """A prefilter and which rules its screens are of."""

    def __init__(self, prefilter: Prefilter, rules: Sequence[Sequence[int]]) -> None:
        self.prefilter = prefilter
        self._rules = rules

    def rules(self, hits: Iterable[int]) -> set[int]:
        return {rule for hit in hits for rule in self._rules[hit]}


def _has_literal(expression: bytes) -> bool:
    """Whether hyperscan finds a literal to look for. A guess: it decides where an expression is cheap, and no more."""
    rest = _NO_LITERAL.sub(b"\0", _REPETITION.sub(b"\0", expression))
    return max(map(len, rest.replace(b"\\", b"").split(b"\0"))) >= _LITERAL_BYTES
