"""What somebody should look at, and the one sentence that says what happened."""

import uuid
from collections.abc import Iterator
from typing import Final

from km_schemas.records import Alert, Event, ScoredEvent
from km_schemas.words import RISK_LEVELS
from km_streams.score.ruleset import AlertRule, RuleSet, label_of

_NAMESPACE: Final = uuid.UUID("6b6d616c-6572-5473-8000-000000000001")
"""Ours, for the ids of alerts: a repeated event gives the same id (RFC 9562 §5.5)."""


def alerts_of(scored: ScoredEvent, rules: RuleSet) -> Iterator[Alert]:
    """The alerts of one scored event."""
    event = scored.event
    for rule in rules.alert_rules:
        if RISK_LEVELS.index(scored.level) >= RISK_LEVELS.index(rule.level):
            yield Alert(
                alert_id=_alert_id(rule, event),
                customer_id=event.customer_id,
                installation_id=event.installation_id,
                run_id=event.run_id,
                seq=event.seq,
                rule=label_of(rule),
                level=scored.level,
                score=scored.score,
                occurred_at=event.occurred_at,
                sentence=_sentence(scored, rules),
                signals=list(dict.fromkeys(signal.id for signal in scored.signals)),
            )


def _alert_id(rule: AlertRule, event: Event) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{label_of(rule)}/{event.customer_id}/{event.run_id}/{event.seq}"))


def _sentence(scored: ScoredEvent, rules: RuleSet) -> str:
    event = scored.event
    what = " ".join(word for word in (event.method, event.target) if word) or f"a {event.kind}"
    reasons = ", ".join(dict.fromkeys(rules.titles[signal.rule] for signal in scored.signals))
    return f"{scored.server or 'A server'}: {what} is of {scored.level} risk ({scored.score} of 100): {reasons}."
