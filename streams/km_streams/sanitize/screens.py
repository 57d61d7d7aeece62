r"""Which rules a text calls for: hundreds of expressions in a few passes, of which most cost nothing.

An expression with a literal is free where the literal does not occur. One without (`[0-9a-f]{24}:[0-9a-f]{64}`) runs
over every byte; those that begin at a border share a coarser one, and are looked for where that occurs. Rules that know
a secret by its name are looked for where such a name stands.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from km_streams.sanitize import encodings
from km_streams.sanitize.prefilter import PrefilterMaker
from km_streams.sanitize.ruleset import RuleSet

_LITERAL_BYTES: Final = 3
_COARSE: Final = 5
"""Repetitions that a coarse expression counts."""
_NAMES, _BORDERED = (-1,), (-2,)
"""In the place of rules: what names, or coarse expressions, call for is looked for by a prefilter of its own."""
_BORDER: Final = rb"(?:^|[^A-Za-z0-9])"
_ANY_BORDER: Final = re.compile(rb"\(\?:\^\|\[\^(?:A-Za-z0-9|\\w)[^\]]*\](?:\|[^()]*)?\)|\\b")
"""With what expressions begin that begin at a border."""
_REPETITION: Final = re.compile(rb"(?<!\\)\{(\d+)(?:,(\d*))?\}")
_GROUP_NAME: Final = re.compile(rb"\(\?P<\w+>")
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
        """Makes, or loads, a prefilter for words, one for shapes, and two that tell apart what those find together."""
        by_screen: dict[bytes, list[int]] = {}
        for position, rule in enumerate(rules.rules):
            if position not in rules.named:
                by_screen.setdefault(rule.screen, []).append(position)
        bordered = [screen for screen in by_screen if not _has_literal(screen) and _ANY_BORDER.match(screen)]
        words = [screen for screen in by_screen if _has_literal(screen)]
        shapes = [screen for screen in by_screen if screen not in words and screen not in bordered]
        self._words = _Looked(make, [rules.name_end, *words], [_NAMES, *(by_screen[screen] for screen in words)])
        self._shapes = _Looked(
            make,
            [*encodings.EXPRESSIONS, _any_of(bordered), *shapes],
            [*([] for _ in encodings.EXPRESSIONS), _BORDERED, *(by_screen[screen] for screen in shapes)],
        )
        self._bordered = _Looked(make, bordered, [by_screen[screen] for screen in bordered])
        self._named = _Looked(
            make, [rules.rules[rule].screen for rule in rules.named], [[rule] for rule in rules.named]
        )

    def found(self, text: bytes) -> Found:
        """What a text calls for."""
        text = encodings.without_binary(text)
        words = self._words.prefilter.hits(text)
        shapes = self._shapes.prefilter.hits(text)
        if not words and not shapes:
            return NOTHING
        rules = self._words.rules(words) | self._shapes.rules(shapes)
        names = -1 in rules
        if names:
            rules |= self._named.rules(self._named.prefilter.hits(text))
        if -2 in rules:
            rules |= self._bordered.rules(self._bordered.prefilter.hits(text))
        present = [screen for screen in shapes if screen < len(encodings.EXPRESSIONS)]
        return Found(sorted(rules.difference(_NAMES, _BORDERED)), present, names)


class _Looked:
    """A prefilter and which rules its screens are of."""

    def __init__(self, make: PrefilterMaker, screens: Sequence[bytes], rules: Sequence[Sequence[int]]) -> None:
        self.prefilter = make(screens)
        self._rules = rules

    def rules(self, hits: Iterable[int]) -> set[int]:
        return {rule for hit in hits for rule in self._rules[hit]}


def _has_literal(expression: bytes) -> bool:
    """Whether hyperscan finds a literal to look for. A guess: it decides where an expression is cheap, and no more."""
    rest = _NO_LITERAL.sub(b"\0", _REPETITION.sub(b"\0", expression))
    return max(map(len, rest.replace(b"\\", b"").split(b"\0"))) >= _LITERAL_BYTES


def _any_of(expressions: Sequence[bytes]) -> bytes:
    """One expression that occurs wherever one of these bordered ones does."""
    found = [border[0] for border in map(_ANY_BORDER.match, expressions) if border]
    borders = sorted({_BORDER if border == rb"\b" else border for border in found})
    cores = (_coarse(expression[len(border) :]) for border, expression in zip(found, expressions, strict=True))
    return b"(?:" + b"|".join(borders) + rb")(?:" + b"|".join(cores) + rb")"


def _coarse(expression: bytes) -> bytes:
    """`expression` with fewer repetitions counted, and nothing asked of what follows."""
    core = _GROUP_NAME.sub(b"(?:", expression).removesuffix(rb"\b").removesuffix(rb"(?:[^\w-]|$)")
    return b"(?:" + _REPETITION.sub(_fewer, core) + b")"


def _fewer(repetition: re.Match[bytes]) -> bytes:
    least = int(repetition[1])
    return repetition[0] if least <= _COARSE else b"{%d,}" % _COARSE
