"""Sums by hour and by server, and the overview. Hours are those of UTC."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import asyncpg

from km_schemas.histogram import quantile_us
from km_services.query.answers.stats import Hour, HourlyStats, Overview, ServersStats, ServerTotals, Totals
from km_services.query.database import Connection
from km_services.query.views.moments import as_of

SERVERS_MAX: Final = 100

_SUMS: Final = """coalesce(sum(frames), 0)::bigint AS frames, coalesce(sum(calls), 0)::bigint AS calls,
       coalesce(sum(errors), 0)::bigint AS errors, coalesce(sum(redactions), 0)::bigint AS redactions,
       coalesce(sum(high_risk), 0)::bigint AS high_risk, coalesce(sum(bytes), 0)::bigint AS bytes,
       coalesce(sum(cost_nanodollars), 0)::bigint AS cost_nanodollars,
       coalesce(core.sum_histograms(durations) FILTER (WHERE durations IS NOT NULL), '{}') AS durations"""
_BY_HOUR: Final = f"""
SELECT hours.hour, {_SUMS}
FROM generate_series(date_trunc('hour', $1::timestamptz, 'UTC'), $2::timestamptz - interval '1 microsecond',
                     interval '1 hour') AS hours(hour)
LEFT JOIN (SELECT * FROM read.hourly_stats
           WHERE hour >= date_trunc('hour', $1::timestamptz, 'UTC') AND hour < $2
             AND ($3::text IS NULL OR server = $3) AND ($4::text IS NULL OR method = $4)
             AND ($5::text IS NULL OR tool = $5)) AS stats ON stats.hour = hours.hour
GROUP BY hours.hour
ORDER BY hours.hour
"""  # noqa: S608 - constants alone
_BY_SERVER: Final = f"""
SELECT server, {_SUMS}
FROM read.hourly_stats
WHERE hour >= date_trunc('hour', $1::timestamptz, 'UTC') AND hour < $2
GROUP BY server
ORDER BY sum(calls) DESC, server
LIMIT $3
"""  # noqa: S608 - constants alone
_BETWEEN: Final = f"SELECT {_SUMS} FROM read.hourly_stats WHERE hour >= $1 AND hour < $2"  # noqa: S608
_SINCE: Final = "SELECT date_trunc('hour', now(), 'UTC') - ($1::integer - 1) * interval '1 hour'"
_AROUND: Final = """
SELECT (SELECT count(*) FROM read.runs WHERE last_occurred_at >= $1) AS runs,
       (SELECT count(*) FROM read.runs WHERE last_occurred_at >= $1 AND ended_at IS NULL) AS running,
       (SELECT count(*) FROM read.open_calls) AS open_calls,
       (SELECT count(*) FROM read.losses) AS losses,
       (SELECT count(*) FROM read.dead_letters) AS dead_letters,
       (SELECT received_at FROM read.events ORDER BY occurred_at DESC LIMIT 1) AS newest_received_at,
       (SELECT max(updated_at) FROM read.progress WHERE stage = 'projector' AND next_offset > 0) AS projected_at,
       generation, transaction_timestamp() AS as_of
FROM read.active_generation
"""


@dataclass(frozen=True, slots=True)
class StatsFilter:
    """Which hours and whose: from the hour of `since` to before `until`."""

    since: datetime
    until: datetime
    server: str | None = None
    method: str | None = None
    tool: str | None = None


async def hourly(connection: Connection, wanted: StatsFilter) -> HourlyStats:
    """Every hour of the range, in order."""
    names = (wanted.server, wanted.method, wanted.tool)
    rows = await connection.fetch(_BY_HOUR, wanted.since, wanted.until, *names)
    return HourlyStats(hours=[Hour(hour=row["hour"], **_sums(row)) for row in rows], as_of=await as_of(connection))


async def by_server(connection: Connection, since: datetime, until: datetime) -> ServersStats:
    """The busiest servers of the range."""
    rows = await connection.fetch(_BY_SERVER, since, until, SERVERS_MAX)
    servers = [ServerTotals(server=row["server"], **_sums(row)) for row in rows]
    return ServersStats(servers=servers, as_of=await as_of(connection))


async def overview(connection: Connection, hours: int) -> Overview:
    """The last `hours` hours, the running one included, beside the `hours` before them."""
    since: datetime = await connection.fetchval(_SINCE, hours)
    around = await connection.fetchrow(_AROUND, since)
    assert around is not None  # noqa: S101 - a view of one row
    before_since = await connection.fetchval("SELECT $1::timestamptz - $2 * interval '1 hour'", since, hours)
    return Overview(
        hours=hours,
        since=since,
        now=await _between(connection, since, around["as_of"]),
        before=await _between(connection, before_since, since),
        **around,
    )


async def _between(connection: Connection, since: datetime, until: datetime) -> Totals:
    row = await connection.fetchrow(_BETWEEN, since, until)
    assert row is not None  # noqa: S101 - an aggregate without GROUP BY
    return Totals(**_sums(row))


def _sums(row: asyncpg.Record) -> dict[str, Any]:
    names = ("frames", "calls", "errors", "redactions", "high_risk", "bytes", "cost_nanodollars")
    quantiles = {"p50_us": quantile_us(row["durations"], 0.5), "p95_us": quantile_us(row["durations"], 0.95)}
    return {name: row[name] for name in names} | quantiles
