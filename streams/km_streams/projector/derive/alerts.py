"""The rows of alerts, which score raised, and of the events that belong to them."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from km_schemas.timestamps import datetime_of
from km_streams.projector.postgres_values import int2, storable
from km_streams.projector.scored_event import Projected


class AlertRow(NamedTuple):
    """A row of `alerts`."""

    customer_id: UUID
    alert_id: str
    installation_id: str
    run_id: UUID
    seq: int
    rule: str
    level: str
    score: int
    occurred_at: datetime
    sentence: str
    signals: list[str]


class AlertEventRow(NamedTuple):
    """A row of `alert_events`."""

    customer_id: UUID
    alert_id: str
    run_id: UUID
    seq: int
    score: int
    occurred_at: datetime


EVENT_COLUMNS: Final = {
    "customer_id": "uuid", "alert_id": "uuid", "run_id": "uuid", "seq": "bigint", "score": "smallint",
    "occurred_at": "timestamptz",
}  # fmt: skip
"""Columns of `alert_events`, in the order of `AlertEventRow`."""


def alert_event_rows(projected: Projected) -> list[AlertEventRow]:
    """The alerts that an event raised, and those raised before it that it belongs to."""
    scored = projected.scored
    return [
        AlertEventRow(
            customer_id=projected.customer_id,
            alert_id=alert_id,
            run_id=projected.run_id,
            seq=projected.event.seq,
            score=int2(scored.score),
            occurred_at=projected.occurred_at,
        )
        for alert_id in dict.fromkeys([*(alert.alert_id for alert in scored.alerts), *scored.grouped])
    ]


def alert_rows(projected: Projected) -> list[AlertRow]:
    """The alerts of an event, under the event's own customer and run."""
    return [
        AlertRow(
            customer_id=projected.customer_id,
            alert_id=alert.alert_id,
            installation_id=projected.event.installation_id,
            run_id=projected.run_id,
            seq=projected.event.seq,
            rule=storable(alert.rule),
            level=alert.level,
            score=int2(alert.score),
            occurred_at=min(datetime_of(alert.occurred_at), projected.received_at),
            sentence=storable(alert.sentence),
            signals=[storable(signal) for signal in alert.signals],
        )
        for alert in projected.scored.alerts
    ]
