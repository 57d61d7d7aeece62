"""The score of one event in words: every reason with its rule, its threshold and its share. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from km_schemas.records import Signal
from km_schemas.words import risk_level
from km_streams.score.ruleset import RuleSet

_LEVELS = "none below 10, low from 10, medium from 35, high from 75"


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as the read model has it."""

    run_id: str
    seq: int
    server: str
    occurred_at: str
    what: str
    """Direction, method and target, as far as it has them."""
    score: int
    signals: Sequence[Signal]
    alerts: Sequence[tuple[str, str]]
    """(rule, sentence) of each alert that the event raised or belongs to."""


def explained(event: StoredEvent, rules: RuleSet) -> Iterator[str]:
    """Lines that say why the event has its score."""
    yield f"{event.server or 'unknown server'}: {event.what}"
    yield f"run {event.run_id}, seq {event.seq}, {event.occurred_at}"
    yield f"score {event.score} of 100: {risk_level(event.score)} ({_LEVELS})"
    if not event.signals:
        yield "No rule found a reason for risk."
        return
    misses = []
    for family in dict.fromkeys(rules.family_of.get(signal.id, "") for signal in event.signals):
        signals = [signal for signal in event.signals if rules.family_of.get(signal.id, "") == family]
        cap = rules.caps.get(family, 1.0)
        share = min(cap, 1.0 - prod(1.0 - signal.weight for signal in signals))
        misses.append(1.0 - share)
        yield ""
        yield f"Family {family or 'of other rules'}: {share:.2f} (at most {cap:.2f})"
        for signal in signals:
            yield from _reason(signal, rules)
    yield ""
    factors = " x ".join(f"{miss:.2f}" for miss in misses)
    yield f"Together: 100 x (1 - {factors}) = {round(100 * (1.0 - prod(misses)))}"
    for rule, sentence in event.alerts:
        yield f"Alert {rule}: {sentence}"


def _reason(signal: Signal, rules: RuleSet) -> Iterator[str]:
    yield f"  {signal.weight:.2f} {signal.id} by rule {signal.rule} at {signal.path}"
    rule = rules.by_label.get(signal.rule)
    if rule is None:
        yield "       of a version of the rules that this program does not have"
    else:
        yield f"       {rule.source.title}. {rule.source.sentence}"
        values = ", ".join(f"{name} {value:g}" for name, value in sorted(rule.source.values.items()))
        thresholds = f"; weights and thresholds: {values}" if values else ""
        yield f"       full weight {rule.source.weight:g}{thresholds}"
        if rule.source.source:
            yield f"       source: {rule.source.source}"
    if signal.evidence:
        yield f"       evidence: {signal.evidence}"
    if signal.mapping:
        yield f"       mapping: {', '.join(signal.mapping)}"
