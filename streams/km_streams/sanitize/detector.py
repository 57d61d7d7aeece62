"""Where something sensitive stands in a text: rules over all of it, names over the value they are given to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from km_streams.re2_bytes import Match, compiled
from km_streams.sanitize.prefilter import Prefilter
from km_streams.sanitize.ruleset import NameGroup, Rule, RuleSet
from km_streams.sanitize.tokens import KeyRing

_NAME_LIMIT: Final = 128
"""Bytes of a name's end that decide what it names."""
_ROUNDS_LIMIT: Final = 8
_SCHEME: Final = compiled(rb"(?i)^\s*(?:bearer|basic|token|digest|apikey)\s+")


class Span(NamedTuple):
    """Something sensitive in bytes."""

    start: int
    end: int
    type: str
    rule: str


@dataclass(frozen=True, slots=True)
class Detector:
    """The rules, what tells quickly that nothing is to be found, and the keys that made tokens before."""

    rules: RuleSet
    prefilter: Prefilter
    """Over `expressions_of(rules)`."""
    ring: KeyRing

    def is_clean(self, flat: bytes) -> bool:
        """Whether nothing can be found in a frame whose text without escapes is `flat`."""
        return not self.prefilter.any_hit(flat)

    def spans(self, text: bytes) -> Iterator[Span]:
        """What the rules find in a text, in no order; spans may overlap."""
        for position in self.prefilter.hits(text):
            if position < len(self.rules.rules):
                yield from self._rule_spans(self.rules.rules[position], text)

    def group_of(self, name: bytes) -> NameGroup | None:
        """Which secrets stand under a name; none for other names."""
        return _group_of(self.rules, name[-_NAME_LIMIT:])

    def named_span(self, group: NameGroup, value: bytes) -> Span | None:
        """What of the value of a secret name is sensitive: all but the scheme of an authorization."""
        scheme = _SCHEME.search(value)
        start = scheme.span()[1] if scheme else 0
        if self._is_spared(value[start:]):
            return None
        return Span(start, len(value), group.type, f"{group.id}@{group.version}")

    def _rule_spans(self, rule: Rule, text: bytes) -> Iterator[Span]:
        for match in rule.pattern.finditer(text):
            start, end = match.span(rule.value_group)
            type_ = rule.source.type or self._type_by_name(rule, match, text)
            value = text[start:end]
            if type_ is None or (self._is_spared(value) if rule.value_group else self.ring.is_genuine(value)):
                continue
            for inner_start, inner_end in rule.validator(text, start, end):
                yield Span(inner_start, inner_end, type_, rule.label)

    def _type_by_name(self, rule: Rule, match: Match, text: bytes) -> str | None:
        if rule.name_group is None:
            return None
        group = self.group_of(text[slice(*match.span(rule.name_group))])
        return group.type if group else None

    def _is_spared(self, value: bytes) -> bool:
        value = value.strip()
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


def expressions_of(rules: RuleSet) -> list[bytes]:
    """What a detector's prefilter looks for: the rules, then the triggers."""
    return [*(rule.expression for rule in rules.rules), *rules.triggers]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Disjoint spans that cover the same bytes, ascending; of what overlaps, the widest gives type and rule."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
        elif span.end > last.end:
            wider = max(last, span, key=_width)
            result[-1] = Span(last.start, span.end, wider.type, wider.rule)
    return result


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
