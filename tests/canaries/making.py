"""Canaries: for every rule of the sanitizer a text with a value that was never used before, worth nothing.

A rule's own example is taken, and every letter and digit of its value that the rule leaves free is drawn anew, for as
long as the rule still finds the value. So vendors' prefixes and check digits stay right.
"""

import json
import math
import random
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from km_streams.sanitize.detector import Detector
from km_streams.sanitize.ruleset import NameGroup, Rule

MIXED: Final = string.ascii_letters + string.digits
_HEX_LETTERS: Final = "abcdef"
_ATTEMPTS: Final = 1500
"""For values whose check digits bind all their characters: two of mod 11 hold once in 121."""
_ENOUGH: Final = 0.6
"""Share of a value's letters and digits that should be drawn."""
_LONG: Final = 300
_SHORT: Final = 12


class CanaryError(Exception):
    """A rule does not find its own example."""


@dataclass(frozen=True, slots=True)
class Canary:
    """A text to be sent, and what of it must be read nowhere."""

    rule: str
    text: str
    start: int
    end: int
    """Of the value in the text."""
    bits: tuple[float, ...]
    """How much chance is in each character of the value: 0 for what stood in the example, too."""
    member: tuple[str, str | int] | None = None
    """Name and value, where the text is one member of JSON."""

    @property
    def value(self) -> str:
        """What is sensitive."""
        return self.text[self.start : self.end]


def canaries(detector: Detector, chance: random.Random, labels: Sequence[str] | None = None) -> Iterator[Canary]:
    """One for each rule, and one for each name under which values are secret; of `labels` alone where given."""
    for rule in detector.rules.rules:
        if labels is None or rule.label in labels:
            yield fresh(detector, rule, chance)
    for group in detector.rules.groups:
        if labels is None or group_label(group) in labels:
            yield from _named(detector, group, chance)


def labels_of(detector: Detector) -> list[str]:
    """Of all rules and groups of names."""
    return [rule.label for rule in detector.rules.rules] + [group_label(group) for group in detector.rules.groups]


def group_label(group: NameGroup) -> str:
    """As findings name it."""
    return f"{group.id}@{group.version}"


def fresh(detector: Detector, rule: Rule, chance: random.Random) -> Canary:
    """A canary of one of the rule's examples."""
    text = "".join(chance.choice(rule.source.hits))
    return _Draft(detector, rule.label, chance).varied(text)


@dataclass(frozen=True, slots=True)
class _Draft:
    """Changes an example for as long as the rule finds its value."""

    detector: Detector
    rule: str
    chance: random.Random

    def varied(self, text: str) -> Canary:
        span = self._span(text)
        if span is None:
            raise CanaryError(f"{self.rule} does not find its own example")
        text, start, end = self._grown(text, *span)
        alphabets = list(map(_alphabet_of, _runs(text[start:end])))
        places = [place for place, alphabet in enumerate(alphabets) if alphabet]
        value, drawn = self._drawn_piecewise(text, start, end, alphabets, places)
        if len(drawn) < _ENOUGH * len(places) and len(places) < _LONG:
            value, drawn = max(
                (value, drawn), self._walked(text, start, end, alphabets, places), key=lambda p: len(p[1])
            )
        bits = tuple(math.log2(len(alphabets[at])) if at in drawn else 0.0 for at in range(end - start))
        return Canary(self.rule, text[:start] + value + text[end:], start, end, bits)

    def _span(self, text: str) -> tuple[int, int] | None:
        """Of the rule's longest finding, in characters."""
        data = text.encode()
        spans = [(span.start, span.end) for span in self.detector.spans(data) if span.rule == self.rule]
        if not spans:
            return None
        start, end = max(spans, key=lambda span: span[1] - span[0])
        return len(data[:start].decode()), len(data[:end].decode())

    def _grown(self, text: str, start: int, end: int) -> tuple[str, int, int]:
        """With more characters in the middle of a short value, where the rule allows them."""
        if end - start >= _SHORT:
            return text, start, end
        middle = (start + end) // 2
        longer = text[:middle] + "".join(self.chance.choices(MIXED, k=_SHORT)) + text[middle:]
        wanted = (start, end + _SHORT)
        return (longer, *wanted) if self._span(longer) == wanted else (text, start, end)

    def _drawn_piecewise(
        self, text: str, start: int, end: int, alphabets: Sequence[str], places: Sequence[int]
    ) -> tuple[str, set[int]]:
        value, drawn = list(text[start:end]), set[int]()
        step = 16 if len(places) > _LONG else 3
        for at in range(0, len(places), step):
            for piece in (places[at : at + step], *([place] for place in places[at : at + step])):
                if drawn.isdisjoint(piece):
                    tried = self._redrawn(value, alphabets, piece)
                    if self._span(text[:start] + "".join(tried) + text[end:]) == (start, end):
                        value = tried
                        drawn.update(piece)
        return "".join(value), drawn

    def _walked(
        self, text: str, start: int, end: int, alphabets: Sequence[str], places: Sequence[int]
    ) -> tuple[str, set[int]]:
        """For check digits: a few places at a time, again and again; what is wrong singly is right together by luck."""
        value, drawn = list(text[start:end]), set[int]()
        for _ in range(_ATTEMPTS):
            some = self.chance.sample(places, min(len(places), self.chance.randint(2, 4)))
            tried = self._redrawn(value, alphabets, some)
            if self._span(text[:start] + "".join(tried) + text[end:]) == (start, end):
                value = tried
                drawn.update(some)
            if len(drawn) >= _ENOUGH * len(places):
                break
        return "".join(value), drawn

    def _redrawn(self, value: Sequence[str], alphabets: Sequence[str], places: Sequence[int]) -> list[str]:
        tried = list(value)
        for place in places:
            tried[place] = self.chance.choice(alphabets[place])
        return tried


def _runs(value: str) -> Iterator[tuple[str, str]]:
    """For each character, itself and the run of letters and digits that it stands in."""
    at = 0
    while at < len(value):
        end = at
        while end < len(value) and value[end] in MIXED:
            end += 1
        run = value[at : max(end, at + 1)]
        for character in run:
            yield character, run
        at += len(run)


def _alphabet_of(character_in_run: tuple[str, str]) -> str:
    """What may stand there: digits for a digit, letters of its case for a letter, of hexadecimal in such runs."""
    character, run = character_in_run
    if character not in MIXED:
        return ""
    if character in string.digits:
        return string.digits
    letters = string.ascii_lowercase if character.islower() else string.ascii_uppercase
    is_hex = len(run) >= 8 and set(run.lower()) <= set(_HEX_LETTERS + string.digits)
    return (_HEX_LETTERS if character.islower() else _HEX_LETTERS.upper()) if is_hex else letters


def _named(detector: Detector, group: NameGroup, chance: random.Random) -> Iterator[Canary]:
    for number, name in enumerate((*group.names, *group.whole_names)):
        value = "".join(chance.choices(MIXED, k=20))
        yield _member(group, _written(name, number), value)
    first = (*group.names, *group.whole_names)[0]
    if detector.group_of(first.encode()) is group and not group.plausible:
        words = ["".join(chance.choices(string.ascii_lowercase, k=6)) for _ in range(4)]
        yield _member(group, _written(first, 1), " ".join(words))
    if group.numbers:
        yield _member(group, _written((*group.whole_names, *group.names)[0], 2), chance.randrange(10**13, 10**14))


def _member(group: NameGroup, name: str, value: str | int) -> Canary:
    text = json.dumps({name: value})
    start = text.rindex(str(value))
    alphabet = len(string.digits) if isinstance(value, int) else len(string.ascii_lowercase)
    bits = tuple(math.log2(alphabet) if character != " " else 0.0 for character in str(value))
    return Canary(group_label(group), text, start, start + len(str(value)), bits, (name, value))


def _written(name: str, number: int) -> str:
    """The words of a name in one of the writings of programs."""
    words = name.split(" ")
    ways = (
        "_".join(words),
        words[0] + "".join(word.capitalize() for word in words[1:]),
        "-".join(words),
        "_".join(words).upper(),
    )
    return ways[number % len(ways)]
