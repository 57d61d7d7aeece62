"""What somebody should look at, and the one sentence that says what happened."""

import uuid
from dataclasses import dataclass
from typing import Final

from km_schemas.records import Alert, Event, ScoredEvent
from km_schemas.words import RISK_LEVELS
from km_streams.score.keys import digest_of
from km_streams.score.ruleset import AlertRule, RuleSet, label_of
from km_streams.score.state import AlertGroup, Memory

GROUPS_LIMIT: Final = 64
"""Open groups of alerts that an installation remembers."""
_NAMESPACE: Final = uuid.UUID("6b6d616c-6572-5473-8000-000000000001")
"""Ours, for the ids of alerts: a repeated event gives the same id (RFC 9562 §5.5)."""
_MINUTE_US: Final = 60_000_000
_REASONS: Final = 4
"""Reasons that a sentence names."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What an event is to those who look."""

    alert: Alert | None = None
    """A new alert."""
    grouped: str | None = None
    """The id of an alert that was raised before, and that the event belongs to."""


_NOTHING: Final = Raised()


def raised_by(scored: ScoredEvent, target: str | None, memory: Memory, rules: RuleSet, now_us: int) -> Raised:
    """The alert of one scored event, `target` being what it is about; changes `memory`."""
    if not scored.signals:
        return _NOTHING
    rule = next((rule for rule in rules.alert_rules if _fits(scored, rule)), None)
    if rule is None:
        return _NOTHING
    key = digest_of("\n".join([rule.id, *(_part(scored, target, part) for part in rule.group)]))
    group = memory.alerts.get(key)
    if group is not None and abs(now_us - group.first_us) < rule.cool_down_minutes * _MINUTE_US:
        return Raised(grouped=group.alert_id)
    alert = _alert(scored, target, rule, rules)
    memory.alerts[key] = AlertGroup(alert_id=alert.alert_id, first_us=now_us)
    if len(memory.alerts) > GROUPS_LIMIT:
        del memory.alerts[min(memory.alerts, key=lambda name: (memory.alerts[name].first_us, name))]
    return Raised(alert=alert)


def _fits(scored: ScoredEvent, rule: AlertRule) -> bool:
    if RISK_LEVELS.index(scored.level) < RISK_LEVELS.index(rule.level):
        return False
    return not rule.signals or any(one.id in rule.signals and one.weight >= rule.weight for one in scored.signals)


def _part(scored: ScoredEvent, target: str | None, part: str) -> str:
    return {"run": scored.event.run_id, "server": scored.server, "target": target or ""}[part]


def _alert(scored: ScoredEvent, target: str | None, rule: AlertRule, rules: RuleSet) -> Alert:
    event = scored.event
    return Alert(
        alert_id=_alert_id(rule, event),
        customer_id=event.customer_id,
        installation_id=event.installation_id,
        run_id=event.run_id,
        seq=event.seq,
        rule=label_of(rule),
        level=scored.level,
        score=scored.score,
        occurred_at=event.occurred_at,
        sentence=_sentence(scored, target, rules),
        signals=list(dict.fromkeys(signal.id for signal in scored.signals)),
    )


def _alert_id(rule: AlertRule, event: Event) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{label_of(rule)}/{event.customer_id}/{event.run_id}/{event.seq}"))


def _sentence(scored: ScoredEvent, target: str | None, rules: RuleSet) -> str:
    event = scored.event
    what = " ".join(word for word in (event.method or f"a {event.kind}", target) if word)
    gravest = sorted(scored.signals, key=lambda signal: -signal.weight)
    titles = list(dict.fromkeys(rules.by_label[signal.rule].source.title for signal in gravest))
    more = f", and {len(titles) - _REASONS} more" if len(titles) > _REASONS else ""
    reasons = ", ".join(titles[:_REASONS]) + more
    return f"{scored.server or 'A server'}: {what} is of {scored.level} risk ({scored.score} of 100): {reasons}."
