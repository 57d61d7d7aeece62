"""The projector's SQL, for one generation."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from km_schemas.read_models import LIVE_CHANNEL, generation_schema
from km_streams.projector.derive import alerts, calls, events, runs

_ADDED: Final = (
    "frames", "events", "bytes", "calls", "errors", "findings", "cost_nanodollars", "repeats", "lost_bytes",
    "lost_chunks",
)  # fmt: skip
_KEPT: Final = (
    "started_at", "ended_at", "end_reason", "exit_code", "signal", "argv", "cwd", "host", "os", "os_user",
    "km_version", "parents", *runs.FACTS,
)  # fmt: skip
_HOURLY_ADDED: Final = (
    "frames", "calls", "errors", "duration_us", "bytes", "cost_nanodollars", "high_risk", "redactions",
)  # fmt: skip

RUN_COLUMNS: Final = (
    "customer_id", "run_id", "installation_id", "server", "next_seq", "missing", "last_received_at", "raw_partition",
    "raw_offset", "first_occurred_at", "last_occurred_at", *_KEPT, *_ADDED, "max_score", "skewed",
)  # fmt: skip
"""Columns of `runs`, in the order in which they are given."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Every statement of one transaction."""

    progress: str
    events: str
    blocks: str
    open_calls: str
    calls: str
    close: str
    runs: str
    hour_names: str
    hourly: str
    alerts: str
    alert_events: str
    dead_letters: str
    losses: str
    old_gaps: str
    notify: str


def statements(generation: int) -> Statements:
    """The statements of one generation."""
    schema = generation_schema(generation)
    parts = {"schema": schema}
    return Statements(
        progress=_PROGRESS.format(**parts),
        events=_unnest(f"{schema}.events", events.COLUMNS),
        blocks=_unnest(f"{schema}.payload_blocks", events.BLOCK_COLUMNS, on_conflict=""),
        open_calls=_unnest(f"{schema}.open_calls", calls.OPEN_COLUMNS),
        calls=_unnest(f"{schema}.calls", calls.CALL_COLUMNS),
        close=_CLOSE.format(**parts),
        runs=_runs(schema),
        hour_names=_HOUR_NAMES.format(**parts),
        hourly=_hourly(schema),
        alerts=_ALERTS.format(**parts),
        alert_events=_unnest(f"{schema}.alert_events", alerts.EVENT_COLUMNS),
        dead_letters=_DEAD_LETTERS.format(**parts),
        losses=_LOSSES.format(**parts),
        old_gaps=_OLD_GAPS.format(**parts),
        notify=f"SELECT pg_notify('{LIVE_CHANNEL}', $1)",
    )


def _unnest(table: str, columns: Mapping[str, str], on_conflict: str = "ON CONFLICT DO NOTHING") -> str:
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(columns.values(), 1))
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays}) {on_conflict}"  # noqa: S608


def _runs(schema: str) -> str:
    values = ", ".join(f"${number}{_CASTS.get(column, '')}" for number, column in enumerate(RUN_COLUMNS, 1))
    changes = [f"{column} = r.{column} + excluded.{column}" for column in _ADDED]
    changes += [f"{column} = coalesce(excluded.{column}, r.{column})" for column in _KEPT]
    return _RUNS.format(schema=schema, columns=", ".join(RUN_COLUMNS), values=values, changes=", ".join(changes))


def _hourly(schema: str) -> str:
    changes = ", ".join(f"{column} = h.{column} + excluded.{column}" for column in _HOURLY_ADDED)
    return _HOURLY.format(schema=schema, changes=changes)


_CASTS: Final = {"missing": "::text::int8multirange", "parents": "::jsonb"}

# FOR UPDATE: nobody else writes a run, as an installation's records stand in one partition; were it not so, they
# would take turns.
_PROGRESS: Final = """
SELECT customer_id, run_id, next_seq, missing FROM {schema}.runs
WHERE (customer_id, run_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
ORDER BY customer_id, run_id FOR UPDATE
"""
_CLOSE: Final = """
DELETE FROM {schema}.open_calls AS o
USING unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::integer[]) AS c(customer_id, run_id, opened_seq, item)
WHERE o.customer_id = c.customer_id AND o.run_id = c.run_id AND o.opened_seq = c.opened_seq AND o.item = c.item
"""
_RUNS: Final = """
INSERT INTO {schema}.runs AS r ({columns}) VALUES ({values})
ON CONFLICT (customer_id, run_id) DO UPDATE SET
    server = coalesce(nullif(excluded.server, ''), r.server),
    next_seq = excluded.next_seq,
    missing = excluded.missing,
    last_received_at = greatest(r.last_received_at, excluded.last_received_at),
    raw_offset = greatest(r.raw_offset, excluded.raw_offset),
    first_occurred_at = least(r.first_occurred_at, excluded.first_occurred_at),
    last_occurred_at = greatest(r.last_occurred_at, excluded.last_occurred_at),
    max_score = greatest(r.max_score, excluded.max_score),
    skewed = r.skewed OR excluded.skewed,
    {changes}
"""
_HOUR_NAMES: Final = """
SELECT server, method, tool FROM {schema}.hourly_stats
WHERE customer_id = $1 AND hour = $2 AND source_partition = $3
"""
_HOURLY: Final = """
INSERT INTO {schema}.hourly_stats AS h
    (customer_id, hour, server, method, tool, source_partition, frames, calls, errors, duration_us, durations, bytes,
     cost_nanodollars, high_risk, redactions)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (customer_id, hour, server, method, tool, source_partition) DO UPDATE SET
    durations = core.add_histograms(h.durations, excluded.durations),
    {changes}
"""
_ALERTS: Final = """
INSERT INTO {schema}.alerts
    (customer_id, alert_id, installation_id, run_id, seq, rule, level, score, occurred_at, sentence, signals)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
"""
_DEAD_LETTERS: Final = """
INSERT INTO {schema}.dead_letters
    (customer_id, stage, topic, "partition", "offset", error, size, sha256, received_at, run_id, seq)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
"""
_LOSSES: Final = """
INSERT INTO {schema}.losses (customer_id, loss_id, stage, reason, run_id, first_seq, last_seq)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""
_OLD_GAPS: Final = """
SELECT r.customer_id, r.run_id, lower(gap) AS first_seq, upper(gap) AS end_seq
FROM {schema}.runs AS r, unnest(r.missing) AS gap
WHERE r.missing <> '{{}}' AND r.last_received_at < now() - interval '24 hours'
  AND NOT EXISTS (SELECT FROM {schema}.losses AS l
                  WHERE l.customer_id = r.customer_id AND l.run_id = r.run_id AND l.first_seq = lower(gap))
LIMIT 1000
"""


def run_values(change: runs.RunChange) -> tuple[object, ...]:
    """The values of a run's change, in the order of RUN_COLUMNS."""
    values: dict[str, object] = {each.name: getattr(change, each.name) for each in fields(change)}
    values["next_seq"] = change.progress.next_seq
    values["missing"] = change.progress.as_multirange()
    return tuple(values[column] for column in RUN_COLUMNS)
