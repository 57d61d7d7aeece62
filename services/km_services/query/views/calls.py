"""Ended calls: in pages, newest end first, and behind a position of the scored topic for live updates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from km_schemas.topics import SCORED, topic
from km_schemas.words import risk_level
from km_services.query.answers.calls import Call, CallsPage
from km_services.query.answers.scalars import micros_since_epoch, moment_of
from km_services.query.cursors import CallsCursor, encode_cursor
from km_services.query.database import Connection
from km_services.query.live.positions import Positions
from km_services.query.views.moments import as_of

_COLUMNS: Final = """run_id, opened_seq, item, closed_seq, server, direction, rpc_id, method, target, opened_at,
       closed_at, outcome, error_code, duration_us, waited_us, request_bytes, response_bytes, score, findings,
       cost_nanodollars"""
_PAGE: Final = f"""
SELECT {_COLUMNS}
FROM read.calls
WHERE ($1::text IS NULL OR server = $1) AND ($2::text IS NULL OR outcome = $2) AND score >= $3
  AND ($4::uuid IS NULL OR run_id = $4) AND ($5::text IS NULL OR method = $5)
  AND ($6::timestamptz IS NULL OR closed_at >= $6) AND ($7::timestamptz IS NULL OR closed_at < $7)
  AND ($8::timestamptz IS NULL OR closed_at <= $8
       AND (closed_at < $8 OR (run_id, opened_seq, item) > ($9::uuid, $10::bigint, $11::integer)))
ORDER BY closed_at DESC, run_id, opened_seq, item
LIMIT $12
"""  # noqa: S608 - constants alone
_NEWEST: Final = """
SELECT generation,
       array(SELECT coalesce((SELECT max(raw_offset) FROM read.calls WHERE raw_partition = number), -1)
             FROM generate_series(0, $1::integer - 1) AS number ORDER BY number) AS offsets
FROM read.active_generation
"""
# A closing event closes several calls at one position: a cut between them would lose the rest.
_BETWEEN: Final = f"""
SELECT calls.*
FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS span(after, upto, place)
CROSS JOIN LATERAL (
    SELECT {_COLUMNS}, raw_partition, raw_offset
    FROM read.calls
    WHERE raw_partition = (span.place - 1)::integer AND raw_offset > span.after AND raw_offset <= span.upto
    ORDER BY raw_offset
    FETCH FIRST $3 ROWS WITH TIES
) AS calls
ORDER BY closed_at, run_id, opened_seq, item
"""  # noqa: S608 - constants alone


@dataclass(frozen=True, slots=True)
class CallsFilter:
    """Which calls; by the time of their end, from `since` to before `until`."""

    server: str | None = None
    outcome: str | None = None
    score_min: int = 0
    run_id: UUID | None = None
    method: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def calls_page(connection: Connection, wanted: CallsFilter, after: CallsCursor | None, limit: int) -> CallsPage:
    """The next `limit` calls behind a cursor."""
    place = (moment_of(after.closed_at), after.run_id, after.opened_seq, after.item) if after else (None,) * 4
    rows = await connection.fetch(
        _PAGE, wanted.server, wanted.outcome, wanted.score_min, wanted.run_id, wanted.method, wanted.since,
        wanted.until, *place, limit + 1,
    )  # fmt: skip
    calls = [_call(row) for row in rows[:limit]]
    more = len(rows) > limit
    return CallsPage(calls=calls, next_cursor=_cursor(calls[-1]) if more else None, as_of=await as_of(connection))


async def newest_positions(connection: Connection) -> Positions:
    """The position of the newest ended call of each partition (-1: none) in the active generation."""
    row = await connection.fetchrow(_NEWEST, topic(SCORED).partitions)
    assert row is not None  # noqa: S101 - a view of one row
    return Positions(generation=row["generation"], offsets=tuple(row["offsets"]))


async def calls_between(
    connection: Connection, after: Positions, upto: Positions, limit: int
) -> tuple[list[Call], Positions]:
    """Calls that ended behind `after`, up to `upto`, about `limit` a partition; and the positions they reach."""
    rows = await connection.fetch(_BETWEEN, after.offsets, upto.offsets, limit)
    reached = list(after.offsets)
    for row in rows:
        reached[row["raw_partition"]] = max(reached[row["raw_partition"]], row["raw_offset"])
    return [_call(row) for row in rows], Positions(after.generation, tuple(reached))


def _cursor(call: Call) -> str:
    closed_at = micros_since_epoch(call.closed_at)
    return encode_cursor(CallsCursor(closed_at, call.run_id, call.opened_seq, call.item))


def _call(row: asyncpg.Record) -> Call:
    return Call.model_validate({**row, "level": risk_level(row["score"])})
