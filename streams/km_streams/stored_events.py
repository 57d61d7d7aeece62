"""Reads one event of the read model, under row-level security, for `km-streams explain`."""

import msgspec

from km_schemas.records import Signal
from km_streams.engine.database import Database
from km_streams.score.explanation import StoredEvent
from km_streams.settings import PostgresAddress

_SECONDS = 30.0
_EVENT = """
SELECT e.occurred_at, e.kind, e.direction, e.method, e.target, e.score, e.signals, r.server
FROM read.events AS e JOIN read.runs AS r USING (customer_id, run_id)
WHERE e.run_id = $1::text::uuid AND e.seq = $2
"""
_ALERTS = """
SELECT a.rule, a.sentence FROM read.alert_events AS l JOIN read.alerts AS a USING (customer_id, alert_id)
WHERE l.run_id = $1::text::uuid AND l.seq = $2 ORDER BY a.occurred_at, a.alert_id
"""


async def stored_event(address: PostgresAddress, customer_id: str, run_id: str, seq: int) -> StoredEvent | None:
    """The event; none where the customer has none of that run and seq. DependencyAwayError without a database."""
    database = Database(address, "km-streams-explain", _SECONDS)
    try:
        async with database.transaction() as connection:
            await connection.execute("SELECT set_config('km.customer_id', $1, true)", customer_id)
            row = await connection.fetchrow(_EVENT, run_id, seq)
            if row is None:
                return None
            alerts = await connection.fetch(_ALERTS, run_id, seq)
    finally:
        await database.close()
    words = (row["direction"] or row["kind"], row["method"], row["target"])
    return StoredEvent(
        run_id=run_id,
        seq=seq,
        server=row["server"],
        occurred_at=row["occurred_at"].isoformat(),
        what=" ".join(word for word in words if word),
        score=row["score"],
        signals=msgspec.json.decode(row["signals"] or "[]", type=list[Signal]),
        alerts=[(alert["rule"], alert["sentence"]) for alert in alerts],
    )
