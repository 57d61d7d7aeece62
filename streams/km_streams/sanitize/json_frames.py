"""Frames that are JSON: rules over every string, name and number; names over the values they are given to."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, NamedTuple

from km_schemas.records import Finding
from km_streams.json_path import Step, normalized_path
from km_streams.sanitize.detector import Detector
from km_streams.sanitize.escapes import Unescaped, unescape
from km_streams.sanitize.findings import finding_of
from km_streams.sanitize.frame_text import BORDER
from km_streams.sanitize.leaves import Container, Leaf
from km_streams.sanitize.nested import Said, said_in
from km_streams.sanitize.operators import Operators
from km_streams.sanitize.ruleset import NameGroup
from km_streams.sanitize.spans import Span, merged, settled
from km_streams.sanitize.splice import (
    REPLACEMENTS_LIMIT,
    Replacement,
    Sanitized,
    TooManyFindingsError,
    counted,
    listed,
    splice,
)
from km_streams.sanitize.tokens import TokenKey

_QUOTES: Final = (b'"', rb"\"", rb"\\\"")
"""Of a string, by the depth of the JSON in which it stands."""


class Searched(NamedTuple):
    """What the fast look at a frame has found; there is such a text only where names give no secret."""

    text: bytes
    spans: Sequence[Span]


def sanitize_json(
    data: bytes, detector: Detector, key: TokenKey, *, numbers: bool = True, searched: Searched | None = None
) -> Sanitized:
    """Valid JSON with everything sensitive replaced, still valid JSON; TooManyFindingsError above the limit.

    Without `numbers`, those are left alone: our own records have types. What is `searched` is not searched again.
    """
    said = [said for said in said_in(data) if numbers or not said.leaf.is_number]
    leaves = [one.leaf for one in said]
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for number, span in _spans_in(leaves, detector, searched):
        spans[number].append(span)
    writer = _Writer(data, key, detector.operators)
    for number in sorted(spans):
        writer.replace(said[number], settled(leaves[number].text, merged(spans[number]), detector.spans))
    return Sanitized(splice(data, writer.replacements), listed(writer.findings), counted(writer.findings))


def _spans_in(leaves: Sequence[Leaf], detector: Detector, searched: Searched | None) -> Iterator[tuple[int, Span]]:
    """(number of the leaf, span in its text)."""
    text = BORDER.join([leaf.text for leaf in leaves])
    if searched is not None and searched.text == text:
        yield from _by_leaf(searched.spans, leaves, detector)
    else:
        yield from _by_leaf(detector.spans(text), leaves, detector)
        yield from _spans_by_names(leaves, detector)


def _by_leaf(found: Iterable[Span], leaves: Sequence[Leaf], detector: Detector) -> Iterator[tuple[int, Span]]:
    """(number of the leaf, span in its text), of what one search over all of them found."""
    starts = list(accumulate((len(leaf.text) + len(BORDER) for leaf in leaves), initial=0))
    crossed: set[int] = set()
    for span in found:
        first = bisect_right(starts, span.start) - 1
        if span.end - starts[first] <= len(leaves[first].text):
            yield first, span._replace(start=span.start - starts[first], end=span.end - starts[first])
        else:
            crossed.update(range(first, bisect_right(starts, span.end)))
    for number in sorted(crossed.intersection(range(len(leaves)))):
        for span in detector.spans(leaves[number].text):
            yield number, span


def _spans_by_names(leaves: Sequence[Leaf], detector: Detector) -> Iterator[tuple[int, Span]]:
    names = _Names(detector)
    names.learn_pairs(leaves)
    option: Leaf | None = None
    for number, leaf in enumerate(leaves):
        if leaf.is_name:
            continue
        named = names.group_of_option(option, leaf) if option else None
        group = named or names.group_over(leaf)
        option = leaf if leaf.text[:1] == b"-" and isinstance(leaf.step, int) else None
        if group and (group.numbers or not leaf.is_number):
            span = detector.named_span(group, leaf.text, is_option=named is not None)
            if span:
                yield number, span


class _Names:
    """Which secret names stand over a value: its own, or that of an object or array around it."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._inherited: dict[Container | None, NameGroup | None] = {None: None}
        self._paired: dict[Container, NameGroup] = {}

    def learn_pairs(self, leaves: Sequence[Leaf]) -> None:
        """Remember the objects of which one member names what another one holds."""
        rules = self._detector.rules
        for leaf in leaves:
            if isinstance(leaf.step, Leaf) and leaf.step.text in rules.pair_names and leaf.container is not None:
                group = self._detector.group_of(leaf.text)
                if group and not leaf.is_number:
                    self._paired[leaf.container] = group

    def group_over(self, leaf: Leaf) -> NameGroup | None:
        """The group of the nearest secret name over a value."""
        if isinstance(leaf.step, Leaf):
            own = self._detector.group_of(leaf.step.text)
            if leaf.container in self._paired and leaf.step.text in self._detector.rules.pair_values:
                own = own or self._paired[leaf.container]
            if own or leaf.step.text in self._detector.rules.describing_names:
                return own
        return self._over_container(leaf.container)

    def group_of_option(self, option: Leaf, value: Leaf) -> NameGroup | None:
        """The group of an option (`--api-key`) that stands right before its value in an array."""
        if option.container is not value.container or b"=" in option.text or value.text[:1] == b"-":
            return None
        return self._detector.group_of(option.text.lstrip(b"-"))

    def _over_container(self, container: Container | None) -> NameGroup | None:
        chain = []
        while container not in self._inherited:
            chain.append(container)
            container = container.parent if container else None
        group = self._inherited[container]
        for inner in reversed(chain):
            if inner is not None:
                group = self._inherited[inner] = self._below(inner, group)
        return group

    def _below(self, container: Container, outer: NameGroup | None) -> NameGroup | None:
        if not isinstance(container.step, Leaf):
            return outer
        holder = container.parent.step if container.parent else None
        if isinstance(holder, Leaf) and holder.text in self._detector.rules.schema_names:
            return None
        return self._detector.group_of(container.step.text) or outer


@dataclass(slots=True)
class _Writer:
    """Turns spans into replacements and findings, leaf by leaf in ascending order."""

    data: bytes
    key: TokenKey
    operators: Operators
    replacements: list[Replacement] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _names: dict[int, bytes] = field(default_factory=dict)
    """What became of names, by their start, for the paths of what they name."""
    _made: dict[tuple[str, bytes], tuple[str, bytes]] = field(default_factory=dict)
    """By type and value."""
    _origins: dict[int, Unescaped] = field(default_factory=dict)
    """The string that was replaced in last, by its start."""

    def replace(self, said: Said, spans: Sequence[Span]) -> None:
        """Replace spans of one leaf's text; a number as a whole, by a string."""
        leaf, outer = said.leaf, said.outer
        if leaf.is_number:
            spans = [max(spans, key=lambda span: span.end - span.start)._replace(start=0, end=len(leaf.text))]
        made = [self._replaced(span.type, leaf.text[span.start : span.end]) for span in spans]
        if outer.is_name:
            self._names[outer.start] = splice(outer.text, map(_replacement, spans, made))
        path = normalized_path(self._steps(outer))
        for span, (token, _) in zip(spans, made, strict=True):
            self.findings.append(finding_of(span, path, token, in_key=outer.is_name))
        if len(self.findings) > REPLACEMENTS_LIMIT:
            raise TooManyFindingsError
        self.replacements.extend(self._in_frame(said, spans, made))

    def _replaced(self, type_: str, value: bytes) -> tuple[str, bytes]:
        if (type_, value) not in self._made:
            self._made[type_, value] = self.operators.replaced(type_, value, self.key)
        return self._made[type_, value]

    def _in_frame(self, said: Said, spans: Sequence[Span], made: Sequence[tuple[str, bytes]]) -> Iterator[Replacement]:
        outer = said.outer
        quote = _QUOTES[said.depth] if said.leaf.is_number else b""
        for span, (_, text) in zip(spans, made, strict=True):
            if self.operators.operator_of(span.type) == "keep":
                continue
            if outer.is_number:
                yield Replacement(outer.start, outer.end, quote + text + quote)
                continue
            start, end = said.in_outer(span.start, span.end)
            if outer.start not in self._origins:
                self._origins = {outer.start: unescape(self.data[outer.start + 1 : outer.end - 1])}
            origin, inside = self._origins[outer.start], outer.start + 1
            start, end = inside + origin.origin_of_start(start), inside + origin.origin_of_end(end)
            yield Replacement(start, end, quote + text + quote)

    def _steps(self, leaf: Leaf) -> list[Step]:
        steps: list[Step] = []
        step: Leaf | int | None = leaf if leaf.is_name else leaf.step
        container = leaf.container
        while container is not None:
            if step is not None:
                steps.append(self._name(step) if isinstance(step, Leaf) else step)
            step, container = container.step, container.parent
        return steps[::-1]

    def _name(self, name: Leaf) -> str:
        return self._names.get(name.start, name.text).decode("utf-8", "replace")


def _replacement(span: Span, made: tuple[str, bytes]) -> Replacement:
    return Replacement(span.start, span.end, made[1])
