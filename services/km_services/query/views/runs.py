"""Runs, newest activity first.

A run that becomes active while somebody pages moves to the front; every other run stands on exactly one page.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from asyncpg import Range

from km_schemas.words import risk_level
from km_services.query.answers.runs import Parent, Run, RunsPage, SeqRange
from km_services.query.answers.scalars import micros_since_epoch, moment_of
from km_services.query.cursors import RunsCursor, encode_cursor
from km_services.query.database import Connection
from km_services.query.views.moments import as_of

MISSING_RANGES_MAX: Final = 100

_SELECT: Final = """
SELECT run_id, installation_id, server, server_info_name, server_info_version, client_name, client_version,
       protocol_version, era, first_occurred_at, last_occurred_at, last_received_at, started_at, ended_at, end_reason,
       exit_code, signal, argv, cwd, host, os, os_user, km_version, parents, frames, events, bytes, calls,
       (SELECT count(*) FROM read.open_calls WHERE open_calls.run_id = runs.run_id) AS open_calls,
       errors, findings, max_score, cost_nanodollars,
       array(SELECT unnest(missing) LIMIT $1) AS missing, lost_bytes, lost_chunks, skewed
FROM read.runs
"""
_PAGE: Final = f"""{_SELECT}
WHERE ($2::text IS NULL OR server = $2) AND max_score >= $3
  AND ($4::timestamptz IS NULL OR last_occurred_at >= $4) AND ($5::timestamptz IS NULL OR last_occurred_at < $5)
  AND ($6::timestamptz IS NULL OR last_occurred_at <= $6 AND (last_occurred_at < $6 OR run_id > $7::uuid))
ORDER BY last_occurred_at DESC, run_id
LIMIT $8
"""
_ONE: Final = f"{_SELECT} WHERE run_id = $2"


@dataclass(frozen=True, slots=True)
class RunsFilter:
    """Which runs; by the time of their last activity, from `since` to before `until`."""

    server: str | None = None
    score_min: int = 0
    since: datetime | None = None
    until: datetime | None = None


async def runs_page(connection: Connection, wanted: RunsFilter, after: RunsCursor | None, limit: int) -> RunsPage:
    """The next `limit` runs behind a cursor."""
    place = (moment_of(after.last_occurred_at), after.run_id) if after else (None, None)
    rows = await connection.fetch(
        _PAGE, MISSING_RANGES_MAX, wanted.server, wanted.score_min, wanted.since, wanted.until, *place, limit + 1
    )
    runs = [_run(row) for row in rows[:limit]]
    more = len(rows) > limit
    return RunsPage(runs=runs, next_cursor=_cursor(runs[-1]) if more else None, as_of=await as_of(connection))


async def one_run(connection: Connection, run_id: UUID) -> Run | None:
    """One run; none where the customer has no such run."""
    row = await connection.fetchrow(_ONE, MISSING_RANGES_MAX, run_id)
    return None if row is None else _run(row)


def _cursor(run: Run) -> str:
    return encode_cursor(RunsCursor(last_occurred_at=micros_since_epoch(run.last_occurred_at), run_id=run.run_id))


def _run(row: asyncpg.Record) -> Run:
    return Run.model_validate(
        {
            **row,
            "parents": [Parent.model_validate(each) for each in json.loads(row["parents"] or "[]")],
            "missing": [_seqs(each) for each in row["missing"]],
            "level": risk_level(row["max_score"]),
        }
    )


def _seqs(seqs: "Range[int]") -> SeqRange:
    # Postgres tells ranges of integers as [first, last + 1).
    return SeqRange(first=seqs.lower or 0, last=(seqs.upper or 1) - 1)
