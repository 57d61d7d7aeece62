"""Bytes that are not read as JSON: noise, stderr, JSON cut short, parts of cut frames, frames above 1 MiB.

They are searched twice in overlapping windows: as they are, and with JSON's escapes undone.
"""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from km_streams.sanitize.detector import Detector
from km_streams.sanitize.escapes import flatten, unescape
from km_streams.sanitize.findings import finding_of
from km_streams.sanitize.floods import limit_of, rest_of
from km_streams.sanitize.spans import Span, around, borders, covered, merged, settled
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

WINDOW_BYTES: Final = 1024 * 1024
OVERLAP_BYTES: Final = 8 * 1024
"""Seen on both sides of a window; longer values are found up to here."""
CUT_BYTES: Final = 4 * 1024
"""Masked on both sides of a cut: a value there is in no part whole."""

_SPANS_LIMIT: Final = 4 * REPLACEMENTS_LIMIT
"""Spans overlap: the same value is found by several rules, and with and without escapes."""

_CUT_TYPE, _CUT_RULE = "cut", "part-cut@1"


def sanitize_bytes(
    data: bytes, detector: Detector, key: TokenKey, *, cut_before: bool = False, cut_behind: bool = False
) -> Sanitized:
    """Bytes with everything sensitive replaced; TooManyFindingsError above the limit."""
    masks = list(_masks(len(data), cut_before=cut_before, cut_behind=cut_behind))
    found = _spans(covered(data, map(borders, merged(masks))), detector)
    spans = _bounded(merged(chain(masks, islice(found, _SPANS_LIMIT))), len(data))
    if next(found, None) is not None:
        raise TooManyFindingsError
    if next(_spans(around(data, spans), detector), None) is not None:
        spans = settled(data, spans, lambda rest: _spans(rest, detector))
    if len(spans) > REPLACEMENTS_LIMIT:
        raise TooManyFindingsError
    replacements, findings, grown = [], [], 0
    for span in spans:
        said = unescape(data[span.start : span.end]).text
        token, text = detector.operators.replaced(span.type, said, key)
        if detector.operators.operator_of(span.type) == "keep":
            text = data[span.start : span.end]
        start = span.start + grown
        grown += len(text) - (span.end - span.start)
        replacements.append(Replacement(span.start, span.end, text))
        findings.append(finding_of(span, f"bytes[{start}:{start + len(text)}]", token))
    return Sanitized(splice(data, replacements), listed(findings), counted(findings)) if spans else Sanitized(data)


def _bounded(spans: list[Span], size: int) -> list[Span]:
    """The first spans of `size` bytes; where those are too many, all that is behind is one more."""
    limit = limit_of(size)
    return spans if len(spans) <= limit else [*spans[:limit], rest_of(spans[limit].start, size)]


def _masks(size: int, *, cut_before: bool, cut_behind: bool) -> Iterator[Span]:
    if cut_before:
        yield Span(0, min(CUT_BYTES, size), _CUT_TYPE, _CUT_RULE)
    if cut_behind:
        yield Span(max(0, size - CUT_BYTES), size, _CUT_TYPE, _CUT_RULE)


def _spans(data: bytes, detector: Detector) -> Iterator[Span]:
    for first in range(0, len(data), WINDOW_BYTES):
        start, end = max(0, first - OVERLAP_BYTES), first + WINDOW_BYTES + OVERLAP_BYTES
        for span in _window_spans(data[start:end], detector):
            if span.end + start > first:  # the window before has seen all others
                yield span._replace(start=span.start + start, end=span.end + start)


def _window_spans(window: bytes, detector: Detector) -> Iterator[Span]:
    if b"\\" in window and not detector.is_clean(flatten(window)):
        unescaped = unescape(window)
        for span in detector.spans(unescaped.text):
            yield span._replace(start=unescaped.origin_of_start(span.start), end=unescaped.origin_of_end(span.end))
    yield from detector.spans(window)
