"""Family `secrets`: what the sanitizer found, by where it stood."""

from collections.abc import Iterator
from typing import Final

from km_schemas.records import Finding
from km_streams.score.frame_view import Found, FrameView
from km_streams.score.ruleset import CompiledRule, RuleSet, signal_of

_SURE_ENOUGH: Final = 0.5
"""Added to a finding's confidence: from 0.5 on it counts in full."""
_OURS: Final = frozenset({"stderr", "lifecycle", "placeholder"})


def secret_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """One signal for each type of finding that the direction's rule weighs."""
    event = frame.event
    if not event.findings or event.direction is None or event.kind in _OURS:
        return
    rule = rules.family("secrets")["secret-in-request" if frame.from_client else "secret-in-result"]
    firsts = {finding.type: finding for finding in reversed(event.findings) if not _is_picture(finding)}
    for type_ in sorted(firsts):
        if weight := _weight(rule, firsts[type_], event.finding_counts.get(type_, 1)):
            yield signal_of(rule, firsts[type_].path, firsts[type_].token, weight)


def _is_picture(finding: Finding) -> bool:
    """Whether it stands in an icon of a server: base64 of a picture may look like anything."""
    return "['icons'][" in finding.path and finding.path.endswith("['src']")


def _weight(rule: CompiledRule, finding: Finding, count: int) -> float:
    """By the beginning of the type, as sure as the finding is; more where there are many."""
    values = rule.source.values
    weight = next((weight for beginning, weight in values.items() if finding.type.startswith(beginning)), 0.0)
    if weight and count >= values["many"]:
        weight = 1.0 - (1.0 - weight) * (1.0 - values["many-more"])
    return weight * min(1.0, finding.confidence + _SURE_ENOUGH)
