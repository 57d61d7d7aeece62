"""Family `secrets`: what the sanitizer found, by where it stood."""

from collections.abc import Iterator

from km_schemas.records import Event, Finding, Signal
from km_streams.score.ruleset import SecretRule, label_of


def secret_signals(event: Event, rules: tuple[SecretRule, ...]) -> Iterator[Signal]:
    """One signal for each type of finding that a rule weighs."""
    if not event.findings:
        return
    for rule in rules:
        if event.kind in rule.kinds and event.direction == rule.direction:
            firsts = {finding.type: finding for finding in reversed(event.findings)}
            for type_ in sorted(firsts):
                if weight := _weight(rule, type_):
                    yield _signal(rule, firsts[type_], weight)


def _weight(rule: SecretRule, type_: str) -> float:
    return next((weight for beginning, weight in rule.weights.items() if type_.startswith(beginning)), 0.0)


def _signal(rule: SecretRule, finding: Finding, weight: float) -> Signal:
    return Signal(
        id=rule.signal,
        weight=weight,
        path=finding.path,
        rule=label_of(rule),
        evidence=finding.token,
        mapping=rule.mapping,
    )
