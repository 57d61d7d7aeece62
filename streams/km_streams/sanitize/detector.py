"""Where something sensitive stands in a text: rules over all of it, names over the value they are given to."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from km_streams.re2_bytes import Match, Pattern, compiled
from km_streams.sanitize import encodings
from km_streams.sanitize.escapes import structured
from km_streams.sanitize.generic import is_plausible
from km_streams.sanitize.operators import Operators
from km_streams.sanitize.prefilter import Prefilter
from km_streams.sanitize.ruleset import NameGroup, Rule, RuleSet
from km_streams.sanitize.tokens import KeyRing

_NAME_LIMIT: Final = 128
"""Bytes of a name's end that decide what it names."""
_ROUNDS_LIMIT: Final = 8
_NEAR_BEFORE: Final = 100
_NEAR_BEHIND: Final = 40
"""Bytes in which a rule's keyword must stand."""
_STRUCTURE: Final = re.compile(rb'\s*["\[\]{},](?:[\s"\[\]{},:]|(?:null|true|false)(?=[\s"\[\]{},:]|$))*')
"""What may stand between two strings or numbers in JSON."""
_MEMBER_TRIGGER: Final = 0
_VALUE: Final = re.compile(rb'\s*+("(?:[^"\\]|\\.)*+"|[\[{]|[^\s",}\]]++)', re.DOTALL)
"""Of a member of JSON; of containers their start."""
_CONSTANTS: Final = frozenset({b"null", b"true", b"false"})
_WORD_TAIL: Final = re.compile(rb"^.*[^\w.$-]", re.DOTALL)
_NAMED_RANK: Final = 0.1
_BY_NAME, _BY_SURROUNDINGS, _BY_VENDOR, _BY_FORM = 0.2, 0.4, 0.6, 0.8
_SURROUNDINGS: Final = frozenset(
    f"secret.{kind}" for kind in ("token", "password", "secret", "api_key", "credential", "cookie")
)
"""Types of what any vendor's value may be."""
_SAME_VALUE: Final = 0.75
"""Share of a wider span that another covers which knows its value better, and gives its type."""
_CHECKED: Final = 0.99
_MISCHECKED: Final = 0.5
DEFAULT_OPERATORS: Final = Operators()
_SCHEME: Final = compiled(rb"(?i)^\s*(?:bearer|basic|token|digest|apikey)\s+")


class Span(NamedTuple):
    """Something sensitive in bytes."""

    start: int
    end: int
    type: str
    rule: str
    confidence: float = 0.9
    rank: float = 0.9
    """How sure its rule is of any value: of equal spans the first in rank gives the type."""


@dataclass(frozen=True, slots=True)
class Detector:
    """The rules, what tells quickly that nothing is to be found, and the keys that made tokens before."""

    rules: RuleSet
    prefilter: Prefilter
    """Over `expressions_of(rules)`."""
    ring: KeyRing
    plan: "Plan"
    """Of the prefilter's positions."""
    operators: Operators = DEFAULT_OPERATORS

    def is_frame_clean(self, data: bytes, flat: bytes) -> bool:
        """Whether nothing can be found in a frame of valid JSON; `flat` is its text without escapes.

        What hit is looked at again where that can be done without reading the structure: numbers that no check digit
        confirms, members whose names or values are spared.
        """
        readings = (flat,) if flat is data else (flat, structured(data))
        return self._is_clean(flat, readings, encodings.DEPTH)

    def is_clean(self, text: bytes, depth: int = encodings.DEPTH) -> bool:
        """Whether nothing can be found in a text, nor in what it hides in `depth` encodings."""
        return self._is_clean(text, (text,), depth)

    def _is_clean(self, text: bytes, readings: Iterable[bytes], depth: int) -> bool:
        """`readings` of the same text, in one of which every member of JSON ends where it does."""
        found = self.prefilter.hits(text)
        if not found:
            return True
        hits = self.plan.sorted_hits(found)
        if any(trigger != _MEMBER_TRIGGER for trigger in hits.triggers):
            return False
        if hits.triggers and not all(map(self._are_members_spared, readings)):
            return False
        if hits.rules and not self._are_unconfirmed(hits.rules, text):
            return False
        return not depth or not any(encodings.decodings(text, hits.encodings, self._is_clean_below(depth)))

    def _are_unconfirmed(self, hits: Sequence[int], flat: bytes) -> bool:
        """Whether hits of rules are no findings; of what is no secret, its own bytes and its neighbours decide."""
        rules = [self.rules.rules[hit] for hit in hits if hit != self.rules.member_rule]
        secret = [rule for rule in rules if rule.source.type is None or _is_secret_type(rule.source.type)]
        if any(rule.pattern.search(flat) for rule in secret):
            return False
        if len(rules) == len(secret):
            return True
        text = _STRUCTURE.sub(encodings.BORDER, flat)
        return not any(
            any(self._rule_spans(rule, text, is_flat=True)) for rule in rules if not any(rule is one for one in secret)
        )

    def _are_members_spared(self, text: bytes) -> bool:
        for match in self.rules.member.finditer(text):
            _, end = match.span()
            value = _VALUE.match(text, end)
            for group in self._groups_before(text, text.rindex(b'"', 0, end)):
                if value is None or self._may_be_secret(group, value[1]):
                    return False
        return True

    def _groups_before(self, text: bytes, end: int) -> Iterator[NameGroup]:
        """Of the name that ends there, whether it began with a quote or, in a text, with a word."""
        window = text[max(0, end - _NAME_LIMIT) : end]
        name = window[window.rfind(b'"') + 1 :]
        word = _WORD_TAIL.sub(b"", name)
        for seen in {name, word} if word else {name}:
            group = self.group_of(seen)
            if group:
                yield group

    def _may_be_secret(self, group: NameGroup, value: bytes) -> bool:
        if value[:1] == b'"':
            return b"\\" in value or self.named_span(group, value[1:-1]) is not None
        return value not in _CONSTANTS and (group.numbers or value[:1] in b"[{")

    def spans(self, text: bytes, depth: int = encodings.DEPTH) -> Iterator[Span]:
        """What the rules find in a text, in no order; spans may overlap."""
        found = self.prefilter.hits(text)
        if not found:
            return
        hits = self.plan.sorted_hits(found)
        for position in hits.rules:
            yield from self._rule_spans(self.rules.rules[position], text)
        if depth:
            for decoded in encodings.decodings(text, hits.encodings, self._is_clean_below(depth)):
                for span in self.spans(decoded.text, depth - 1):
                    start, end = decoded.span_of(span.start, span.end)
                    yield span._replace(start=start, end=end)

    def _is_clean_below(self, depth: int) -> Callable[[bytes], bool]:
        return lambda text: self.is_clean(text, depth - 1)

    def group_of(self, name: bytes) -> NameGroup | None:
        """Which secrets stand under a name; none for other names."""
        return _group_of(self.rules, name[-_NAME_LIMIT:])

    def named_span(self, group: NameGroup, value: bytes, *, is_option: bool = False) -> Span | None:
        """What of the value of a secret name is sensitive: all but the scheme of an authorization.

        An option of a command line has what it names behind it, however its name reads.
        """
        scheme = _SCHEME.search(value)
        start = scheme.span()[1] if scheme else 0
        if self._is_spared(value[start:]) or (
            group.plausible and not start and not is_option and not is_plausible(value)
        ):
            return None
        return Span(start, len(value), group.type, f"{group.id}@{group.version}", group.confidence, _NAMED_RANK)

    def _rule_spans(self, rule: Rule, text: bytes, *, is_flat: bool = False) -> Iterator[Span]:
        for match in rule.pattern.finditer(text):
            start, end = match.span(rule.value_group)
            type_ = rule.source.type or self._type_by_name(rule, match, text)
            value = text[start:end]
            if type_ is None or (self._is_spared(value) if rule.value_group else self.ring.is_genuine(value)):
                continue
            if rule.keyword is not None and not is_flat and not _is_near(rule.keyword, text, *match.span()):
                continue
            for inner_start, inner_end in rule.validator(text, start, end):
                inner = text[inner_start:inner_end]
                if not self._is_allowed(inner):
                    confidence = _confidence(rule, inner)
                    yield Span(inner_start, inner_end, type_, rule.label, confidence, _rank(rule))

    def _type_by_name(self, rule: Rule, match: Match, text: bytes) -> str | None:
        if rule.name_group is None:
            return None
        group = self.group_of(text[slice(*match.span(rule.name_group))])
        return group.type if group else None

    def _is_allowed(self, value: bytes) -> bool:
        return self.rules.allowed is not None and self.rules.allowed.fullmatch(value) is not None

    def _is_spared(self, value: bytes) -> bool:
        value = value.strip()
        if self._is_allowed(value):
            return True
        return not value or self.rules.spared_value.fullmatch(value) is not None or self.ring.is_genuine(value)


def settled(text: bytes, spans: list[Span], find: Callable[[bytes], Iterable[Span]]) -> list[Span]:
    """Merged spans and what is only found once they are gone: a value that was glued to another one.

    So nothing is left that a second sanitizing would find. `find` sees a stand-in of equal length for every span.
    """
    for _ in range(_ROUNDS_LIMIT):
        more = merged(chain(spans, find(_covered(text, spans)))) if spans else spans
        if len(more) == len(spans) and sum(map(_width, more)) == sum(map(_width, spans)):
            break
        spans = more
    return spans


class Hits(NamedTuple):
    """What a prefilter's positions mean."""

    rules: Sequence[int]
    """Positions of rules whose screens occur."""
    encodings: Sequence[int]
    triggers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a prefilter looks for, in order: encodings, triggers, screens of rules."""

    expressions: tuple[bytes, ...]
    _encodings: int
    """Where they end."""
    _triggers: int
    _rules: Sequence[Sequence[int]]
    """By expression: the rules for which it is the screen."""

    def sorted_hits(self, found: Sequence[int]) -> Hits:
        """What was found, of ascending positions."""
        hidden = [hit for hit in found if hit < self._encodings]
        triggers = [hit - self._encodings for hit in found if self._encodings <= hit < self._triggers]
        return Hits(sorted({rule for hit in found for rule in self._rules[hit]}), hidden, triggers)


def plan_of(rules: RuleSet) -> Plan:
    """What a prefilter must look for, for these rules."""
    fixed = (*encodings.EXPRESSIONS, *rules.triggers)
    by_screen: dict[bytes, list[int]] = {expression: [] for expression in fixed}
    for position, rule in enumerate(rules.rules):
        screen = rules.triggers[_MEMBER_TRIGGER] if position == rules.member_rule else rule.screen
        by_screen.setdefault(screen, []).append(position)
    return Plan(tuple(by_screen), len(encodings.EXPRESSIONS), len(fixed), tuple(by_screen.values()))


def detector_of(
    rules: RuleSet,
    ring: KeyRing,
    make_prefilter: Callable[[Sequence[bytes]], Prefilter],
    operators: Operators = DEFAULT_OPERATORS,
) -> Detector:
    """A detector over a prefilter of its own."""
    plan = plan_of(rules)
    return Detector(rules, make_prefilter(plan.expressions), ring, plan, operators)


def _is_near(keyword: Pattern, text: bytes, start: int, end: int) -> bool:
    return keyword.search(text[max(0, start - _NEAR_BEFORE) : end + _NEAR_BEHIND]) is not None


def _rank(rule: Rule) -> float:
    """How much a rule knows of a value: least of all by a name, then by its surroundings, its vendor, its own form."""
    source = rule.source
    if rule.value_group == 0 or rule.checksum:
        known = _BY_FORM
    elif source.type in _SURROUNDINGS or source.type is None:
        known = _BY_NAME
    else:
        known = _BY_VENDOR if source.keywords else _BY_SURROUNDINGS
    return known + source.confidence / 10


def _confidence(rule: Rule, value: bytes) -> float:
    if rule.checksum is None:
        return rule.source.confidence
    return _CHECKED if rule.checksum(value) else min(rule.source.confidence, _MISCHECKED)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Disjoint spans that cover the same bytes, ascending; of what overlaps, the widest gives type and rule.

    Of equals the first in rank does, and of secrets that are almost equal.
    """
    result: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, -span.rank)):
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
        else:
            result[-1] = _union(last, span)
    return result


def _union(first: Span, second: Span) -> Span:
    """Both in one: of a secret's type if one is; else of the wider one's, or of who knows almost all of it better."""
    start, end = first.start, max(first.end, second.end)
    if _width(first) == _width(second) == end - start:
        return max(first, second, key=lambda span: span.rank)
    wider, other = (first, second) if _width(first) >= _width(second) else (second, first)
    is_better = other.rank > wider.rank and _width(other) >= _SAME_VALUE * (end - start)
    if _is_secret_type(other.type) and (is_better or not _is_secret_type(wider.type)):
        wider = other
    return wider._replace(start=start, end=end)


def _is_secret_type(type_: str) -> bool:
    return type_.startswith("secret.")


def _covered(text: bytes, spans: Iterable[Span]) -> bytes:
    """`text` with a stand-in over each span that has a token's borders and none of its content."""
    pieces, last = [], 0
    for span in spans:
        stand_in = b"\xab" + b"~" * (_width(span) - 2) + b"\xbb"
        pieces += [text[last : span.start], stand_in[: _width(span)]]
        last = span.end
    return b"".join([*pieces, text[last:]])


def _width(span: Span) -> int:
    return span.end - span.start


@lru_cache(maxsize=8192)
def _group_of(rules: RuleSet, name: bytes) -> NameGroup | None:
    if not rules.any_name.search(name) or rules.spared_name.search(name):
        return None
    candidates = zip(rules.groups, rules.group_patterns, strict=True)
    return next((group for group, pattern in candidates if pattern.search(name)), None)
