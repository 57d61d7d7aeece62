"""Frames that are JSON: rules over every string, name and number; names over the values they are given to."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, NamedTuple

from km_schemas.records import Finding
from km_streams.json_path import LENGTH_LIMIT, shortened, written
from km_streams.sanitize.detector import Detector
from km_streams.sanitize.findings import finding_of
from km_streams.sanitize.floods import FLOOD_RULE, FLOOD_TYPE, limit_of, rest_of
from km_streams.sanitize.frame_text import BORDER
from km_streams.sanitize.leaves import Container, Leaf
from km_streams.sanitize.named_values import spans_by_names
from km_streams.sanitize.nested import Leaves, Said, leaves_in
from km_streams.sanitize.operators import Operators
from km_streams.sanitize.spans import Span, around, merged, settled
from km_streams.sanitize.splice import (
    REPLACEMENTS_LIMIT,
    Replacement,
    Sanitized,
    TooManyFindingsError,
    counted,
    listed,
    splice,
)
from km_streams.sanitize.tokens import TokenKey, mint

_QUOTES: Final = (b'"', rb"\"", rb"\\\"")
"""Of a string, by the depth of the JSON in which it stands."""
_ROUTED: Final = frozenset((b"jsonrpc", b"id", b"method"))
"""Members of a frame that say what it is (JSON-RPC 2.0 §4, §5); often they stand behind its result."""
_ROUTED_BYTES: Final = 128


class Searched(NamedTuple):
    """What the fast look at a frame has found; there is such a text only where names give no secret."""

    text: bytes
    spans: Sequence[Span]


class _Found:
    """What is to be replaced in the leaves of a frame."""

    def __init__(self, leaves: Sequence[Leaf], detector: Detector) -> None:
        self.spans: defaultdict[int, list[Span]] = defaultdict(list)
        """By the number of the leaf, in its text."""
        self.flood = len(leaves)
        """The number of the first leaf that is replaced because it stands behind a flood."""
        self._leaves = leaves
        self._detector = detector

    def search(self, searched: Searched | None) -> None:
        """Find all there is."""
        text = BORDER.join([leaf.text for leaf in self._leaves])
        if searched is not None and searched.text == text:
            self._add(searched.spans)
        else:
            self._add(self._detector.spans(text))
            for number, span in spans_by_names(self._leaves, self._detector):
                self.spans[number].append(span)

    def _add(self, found: Iterable[Span]) -> None:
        """What one search over all leaves found; where it crosses their borders, they are searched one by one."""
        leaves = self._leaves
        starts = list(accumulate((len(leaf.text) + len(BORDER) for leaf in leaves), initial=0))
        crossed: set[int] = set()
        for span in found:
            first = bisect_right(starts, span.start) - 1
            start, end = span.start - starts[first], span.end - starts[first]
            if span.rule == FLOOD_RULE and end > len(leaves[first].text):
                self.flood = min(self.flood, first + 1)
                end = len(leaves[first].text)
            if end <= len(leaves[first].text):
                self.spans[first].append(Span(start, end, *span[2:]))
            else:
                crossed.update(range(first, bisect_right(starts, span.end)))
        for number in sorted(crossed.intersection(range(self.flood))):
            self.spans[number].extend(self._detector.spans(leaves[number].text))

    def bounded(self, limit: int) -> Iterator[tuple[int, list[Span]]]:
        """(number of the leaf, its disjoint spans), ascending; about `limit` spans, and behind them is a flood."""
        for number in sorted(self.spans):
            if limit <= 0:
                self.flood = min(self.flood, number)
            if number >= self.flood:
                return
            spans = merged(self.spans[number])
            if spans:
                limit -= len(spans)
                yield number, spans


def sanitize_json(
    data: bytes, detector: Detector, key: TokenKey, *, numbers: bool = True, searched: Searched | None = None
) -> Sanitized:
    """Valid JSON with everything sensitive replaced, still valid JSON; TooManyFindingsError above the limit.

    Without `numbers`, those are left alone: our own records have types. What is `searched` is not searched again.
    """
    said = leaves_in(data, numbers=numbers)
    leaves = said.all
    found = _Found(leaves, detector)
    found.search(searched)
    spans = dict(found.bounded(limit_of(len(data))))
    writer = _Writer(data, key, detector.operators)
    for number, of_leaf in _all_settled(spans, leaves, detector):
        writer.replace(said.said(number), of_leaf)
    if found.flood < len(leaves):
        writer.replace_behind_flood(said, found.flood, detector.is_clean)
    return Sanitized(splice(data, writer.replacements), listed(writer.findings), counted(writer.findings))


def _all_settled(
    spans: dict[int, list[Span]], leaves: Sequence[Leaf], detector: Detector
) -> Iterator[tuple[int, list[Span]]]:
    """As `settled`, of many leaves: most have nothing more, which one search tells of all."""
    texts = [around(leaves[number].text, of_leaf) for number, of_leaf in spans.items()]
    starts = list(accumulate((len(text) + len(BORDER) for text in texts), initial=0))
    unsettled: set[int] = set()
    for span in detector.spans(BORDER.join(texts)) if texts else ():
        unsettled.update(range(bisect_right(starts, span.start) - 1, bisect_right(starts, span.end)))
    for place, (number, of_leaf) in enumerate(spans.items()):
        yield number, settled(leaves[number].text, of_leaf, detector.spans) if place in unsettled else of_leaf


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
    _paths: dict[Container, str] = field(default_factory=dict)
    """Of containers."""

    def replace(self, said: Said, spans: Sequence[Span]) -> None:
        """Replace spans of one leaf's text; a number as a whole, by a string."""
        leaf, outer = said.leaf, said.outer
        if leaf.is_number:
            spans = [max(spans, key=lambda span: span.end - span.start)._replace(start=0, end=len(leaf.text))]
        made = [self._replaced(span.type, leaf.text[span.start : span.end]) for span in spans]
        if outer.is_name:
            self._names[outer.start] = splice(outer.text, map(_replacement, spans, made))
        path = self._path_of(outer)
        for span, (token, _) in zip(spans, made, strict=True):
            self.findings.append(finding_of(span, path, token, in_key=outer.is_name))
        if len(self.findings) > REPLACEMENTS_LIMIT:
            raise TooManyFindingsError
        self.replacements.extend(self._in_frame(said, spans, made))

    def replace_behind_flood(self, said: Leaves, first: int, is_clean: Callable[[bytes], bool]) -> None:
        """Replace all leaves from number `first` on but names that were there before, and what a frame is routed by."""
        token = mint(self.key, FLOOD_TYPE, b"")
        opening, text = said.said(first), token.encode()
        self.findings.append(finding_of(rest_of(0, 0), self._path_of(opening.outer), token))
        names = {leaf.text for leaf in said.all[:first] if leaf.is_name} | _ROUTED
        done = said.said(first - 1).outer if first else None
        if opening.outer is done:  # JSON in a string, of which this is the first leaf behind the flood
            self.replacements.append(Replacement(opening.in_frame(self.data, 0, 0)[0], done.end - 1, text))
        for number in range(first, len(said.all)):
            inner = said.inner.get(number)
            outer = inner.outer if inner else said.all[number]
            if outer is not done and not (
                outer.text in names if outer.is_name else _is_routed(outer) and is_clean(outer.text)
            ):
                self.replacements.append(_whole(outer, text))
            done = outer

    def _replaced(self, type_: str, value: bytes) -> tuple[str, bytes]:
        made = self._made.get((type_, value))
        if made is None:
            made = self._made[type_, value] = self.operators.replaced(type_, value, self.key)
        return made

    def _in_frame(self, said: Said, spans: Sequence[Span], made: Sequence[tuple[str, bytes]]) -> Iterator[Replacement]:
        quote = _QUOTES[said.depth] if said.leaf.is_number else b""
        for span, (_, text) in zip(spans, made, strict=True):
            if self.operators.operator_of(span.type) != "keep":
                yield Replacement(*said.in_frame(self.data, span.start, span.end), quote + text + quote)

    def _path_of(self, leaf: Leaf) -> str:
        """Where a leaf stands; of a name, where what it names does."""
        step: Leaf | int | None = leaf if leaf.is_name else leaf.step
        path = self._path_of_container(leaf.container)
        return shortened(path if step is None else path + self._written(step))

    def _path_of_container(self, container: Container | None) -> str:
        chain: list[Container] = []
        while container is not None and container not in self._paths:
            chain.append(container)
            container = container.parent
        path = self._paths[container] if container else "$"
        for inner in reversed(chain):
            path = path if inner.step is None else shortened(path + self._written(inner.step), 4 * LENGTH_LIMIT)
            self._paths[inner] = path
        return path

    def _written(self, step: Leaf | int) -> str:
        if isinstance(step, int):
            return written(step)
        return written(self._names.get(step.start, step.text).decode("utf-8", "replace"))


def _is_routed(leaf: Leaf) -> bool:
    """Whether a leaf says what the frame is."""
    if not isinstance(leaf.step, Leaf) or leaf.container is None or leaf.container.parent is not None:
        return False
    return leaf.step.text in _ROUTED and len(leaf.text) <= _ROUTED_BYTES


def _whole(leaf: Leaf, text: bytes) -> Replacement:
    if leaf.is_number:
        return Replacement(leaf.start, leaf.end, b'"' + text + b'"')
    return Replacement(leaf.start + 1, leaf.end - 1, text)


def _replacement(span: Span, made: tuple[str, bytes]) -> Replacement:
    return Replacement(span.start, span.end, made[1])
