"""What sentences do to their reader: the rules of the families `definitions` and `injections`, over any string.

A unit is what belongs together: a tool's definition, or one string of a result. Rules that only support count in a unit
where another rule has found something; only the units that say most are reported, so that many harmless units of one
frame do not add up.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from math import prod
from typing import Final

from km_schemas.records import Signal
from km_streams.score.frame_view import Leaf
from km_streams.score.normal.texts import plain
from km_streams.score.ruleset import CompiledRule, RuleSet, Scope, signal_of

FAMILIES: Final = ("definitions", "injections")
SIGNAL_OF_SCOPE: Final[dict[Scope, str]] = {"definition": "tool-poisoning", "result": "injection"}
DISGUISES: Final = frozenset({"tag-characters", "zero-width", "look-alike-letters", "escape-sequences"})
"""Rules of the family `hidden` that say: triggers, which read a text as it is written, may have been evaded."""

_REPORTED_FROM: Final = 0.6
"""Units that say so much are reported beside the one that says most; many that say little do not add up."""
_SHARED: Final = frozenset(SIGNAL_OF_SCOPE.values())
_QUOTED: Final = 0.3
"""Of a weight, where the words stand in quotation marks."""
_CITES: Final = re.compile(rb"\w(?:[ :]? ?([\"'`])|:? ([\"'`])[^\"'`]{1,60})$")
"""A quotation that begins behind a word, right before a match or some words before it."""
_SENTENCE: Final = 60
_FORBIDS: Final = re.compile(
    rb"\b(?:do not|don't|never|must not|should not|avoid|without|cannot|can't|not|no)\b[^.!?;\n]{0,50}$"
)
_ENDS: Final = b".!?"
"""A match that begins with the end of another sentence is not forbidden by that one."""
NEGATED: Final = frozenset(
    {
        "sensitive-words", "sensitive-material", "context-theft", "side-channel", "definition-runs-commands",
        "takes-and-gives", "hands-over", "sends-to-address", "secrets-into-argument", "unattended",
        "demanded-theft", "demanded-action", "harmful-action", "doubtful-action", "ignore-instructions",
        "secrets-fetched-for-argument", "context-into-argument", "swapped-destination", "weakens-defences",
        "order-of-a-stranger", "grants-to-outsider", "order-against-the-machine", "changed-payee", "asks-for-codes",
        "private-into-parameter", "tampers-with-outcomes", "contact-with-strangers", "order-to-act", "prompt-theft",
        "secrets-of-the-user", "words-of-the-user", "agent-told-to-act", "user-as-third", "agent-has-to-act",
        "asked-as-a-favour",
    }
)  # fmt: skip
"""Rules about orders: a sentence that forbids what they look for is none."""
_IMPLIED: Final = {"concealment-from-anyone": "concealment"}
"""Rules that say nothing new beside another."""
_COUNTS_FROM: Final = 0.25
"""Features of at least this weight count as orders that stand together."""
_WAKES_FROM: Final = 0.2
"""Beside a feature of at least this weight, others support it."""
_BEFORE, _AFTER = 20, 100
"""Characters of evidence around the beginning of a match."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One rule's match in one string."""

    rule: CompiledRule
    weight: float
    leaf: Leaf
    evidence: str


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The rules of prose for one scope."""

    main: tuple[CompiledRule, ...]
    supporting: tuple[CompiledRule, ...]
    ids: frozenset[str]
    """Of the main rules."""

    @lru_cache(maxsize=1024)  # noqa: B019 - a lexicon lives as long as its rules
    def awake(self, hits: frozenset[str]) -> tuple[CompiledRule, ...]:
        """The main rules that may find something in a frame with these triggers."""
        if not hits.isdisjoint(DISGUISES):
            return self.main
        return tuple(rule for rule in self.main if rule.source.id in hits)


@cache
def lexicon(rules: RuleSet, scope: Scope) -> Lexicon:
    """The rules with patterns that read strings of a scope."""
    of_scope = [
        rule
        for family in FAMILIES
        for rule in rules.family(family).values()
        if scope in rule.source.scope and rule.pattern is not None and rule.source.id not in CODED
    ]
    main = tuple(rule for rule in of_scope if not _supports(rule, scope))
    supporting = tuple(rule for rule in of_scope if _supports(rule, scope))
    return Lexicon(main, supporting, frozenset(rule.source.id for rule in main))


LEARNED: Final = frozenset({"speaks-in-orders", "sounds-like-an-order"})
"""Rules that weigh all words of a text: no kind of order by themselves."""
CODED: Final = LEARNED | {"foreign-tool", "odd-parameter", "parameter-for-secrets", "demanded-tool"}
"""Rules whose patterns the families match themselves, because what was matched decides."""


def features(
    leaves: Sequence[tuple[Leaf, str]], awake: Sequence[CompiledRule], supporting: Sequence[CompiledRule], scope: Scope
) -> list[Feature]:
    """What the strings of one unit, given with their plain text, show; nothing where only supporting rules match."""
    if not awake or not leaves:
        return []
    lines = [text.encode("utf-8", "replace") for _, text in leaves]
    text = b"\n".join(lines)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]

    def matches(rules: Sequence[CompiledRule]) -> Iterator[Feature]:
        for rule in rules:
            match = rule.pattern.search(text) if rule.pattern else None
            if match is not None:
                start, end = match.span()
                leaf = leaves[bisect_right(starts, start) - 1][0]
                if weight := weight_in(rule, scope) * _mentioned(text, start, end, rule):
                    yield Feature(rule, weight, leaf, excerpt(text, start, end))

    found = list(matches(awake))
    if not any(feature.weight >= _WAKES_FROM for feature in found):
        return found
    ids = {feature.rule.source.id for feature in found}
    return [*found, *matches([rule for rule in supporting if _IMPLIED.get(rule.source.id) not in ids])]


def _mentioned(text: bytes, start: int, end: int, rule: CompiledRule) -> float:
    """Less than 1 where the words are quoted in a sentence: said of, not said; 0 where the sentence forbids them."""
    before = text[max(0, start - _SENTENCE) : start]
    if rule.source.id in NEGATED and text[start] not in _ENDS and _FORBIDS.search(before):
        return 0.0
    cited = _CITES.search(before)
    return _QUOTED if cited and (cited[1] or cited[2]) in text[end : end + 200] else 1.0


def weight_in(rule: CompiledRule, scope: Scope) -> float:
    """The weight of a rule for strings of a scope."""
    return rule.source.values.get(scope, rule.source.weight)


def excerpt(text: bytes, start: int, end: int) -> str:
    """A few characters around a match."""
    return text[max(0, start - _BEFORE) : max(end, start + 1)][: _BEFORE + _AFTER].decode("utf-8", "replace").strip()


def together(found: list[Feature], rules: RuleSet, scope: Scope) -> list[Feature]:
    """A unit's features, with one more where several kinds of orders stand together."""
    main = [
        feature
        for feature in found
        if feature.weight >= _COUNTS_FROM
        and not _supports(feature.rule, scope)
        and feature.rule.source.id not in LEARNED
    ]
    supporting = sum(_supports(feature.rule, scope) for feature in found)
    count = 2 * len(main) + supporting
    if not main or count < 3:
        return found
    rule = rules.family("definitions")["orders-together"]
    weight = rule.source.values["some" if count == 3 else "two" if count < 6 else "three"]
    return [*found, Feature(rule, weight, main[0].leaf, f"{len(main) + supporting} kinds of orders")]


def strength(found: Iterable[Feature]) -> float:
    """How much a unit says: the noisy-OR of its features."""
    return 1.0 - prod(1.0 - feature.weight for feature in found)


def reported(units: Iterable[list[Feature]], scope: Scope) -> Iterator[Signal]:
    """The signals of a frame's units: of the one that says most, and of others that say much; each rule once."""
    ordered = sorted((unit for unit in units if unit), key=strength, reverse=True)
    seen: set[str] = set()
    for position, unit in enumerate(ordered):
        if position and strength(unit) < _REPORTED_FROM:
            return
        for feature in unit:
            if feature.rule.label not in seen:
                seen.add(feature.rule.label)
                yield _signal(feature, scope)


def _signal(feature: Feature, scope: Scope) -> Signal:
    signal = signal_of(feature.rule, feature.leaf.path, feature.evidence, feature.weight)
    if signal.id in _SHARED and signal.id != SIGNAL_OF_SCOPE[scope]:
        signal = Signal(
            id=SIGNAL_OF_SCOPE[scope],
            weight=signal.weight,
            path=signal.path,
            rule=signal.rule,
            evidence=signal.evidence,
            mapping=signal.mapping,
        )
    return signal


def with_plain(leaves: Iterable[Leaf]) -> list[tuple[Leaf, str]]:
    """Leaves with their plain text, without those that say nothing."""
    return [(leaf, text) for leaf in leaves if len(leaf.text) > 3 and (text := plain(leaf.text))]


def _supports(rule: CompiledRule, scope: Scope) -> bool:
    values = rule.source.values
    return bool(values.get("supporting") or (scope == "result" and values.get("supports-in-results")))
