"""The rows of alerts, which score raised."""

from datetime import datetime
from typing import NamedTuple
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
