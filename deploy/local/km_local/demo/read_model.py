"""What the read models say of the demo's runs, read as the superuser, whom no policy hides anything from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from km_schemas.read_models import generation_schema


@dataclass(frozen=True, slots=True)
class Freshness:
    """Seconds from a frame's last byte at the installation to the commit of its row."""

    p50: float
    p99: float
    longest: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some runs."""

    runs: int
    frames: int
    calls: int
    open_calls: int
    redactions: int
    highest_risk: int
    risky_frames: int
    """Frames of level low or above."""


async def seqs_by_run(
    connection: asyncpg.Connection, generation: int, run_ids: Sequence[str]
) -> Mapping[str, frozenset[int]]:
    """The seqs that have a row, for each run."""
    rows = await connection.fetch(
        f"SELECT run_id::text, array_agg(seq) AS seqs FROM {generation_schema(generation)}.events "  # noqa: S608
        "WHERE run_id = ANY($1::uuid[]) GROUP BY run_id",
        run_ids,
    )
    return {row["run_id"]: frozenset(row["seqs"]) for row in rows}


async def totals(connection: asyncpg.Connection, generation: int, run_ids: Sequence[str]) -> Totals:
    """The sums of the runs' own rows, and what they are made of."""
    schema = generation_schema(generation)
    row = await connection.fetchrow(
        f"""
        WITH picked AS (SELECT * FROM {schema}.runs WHERE run_id = ANY($1::uuid[]))
        SELECT count(*) AS runs, coalesce(sum(frames), 0)::bigint AS frames,
               coalesce(sum(findings), 0)::bigint AS redactions, coalesce(max(max_score), 0) AS highest_risk,
               (SELECT count(*) FROM {schema}.calls WHERE run_id = ANY($1::uuid[])) AS calls,
               (SELECT count(*) FROM {schema}.open_calls WHERE run_id = ANY($1::uuid[])) AS open_calls,
               (SELECT count(*) FROM {schema}.events
                WHERE run_id = ANY($1::uuid[]) AND score >= 10) AS risky_frames
        FROM picked
        """,  # noqa: S608 - the schema's name is ours
        run_ids,
    )
    assert row is not None  # noqa: S101 - sums without GROUP BY are one row
    return Totals(**dict(row))


async def freshness(connection: asyncpg.Connection, generation: int, run_ids: Sequence[str]) -> Freshness:
    """From the commit times that Postgres itself keeps (`track_commit_timestamp`)."""
    row = await connection.fetchrow(
        f"""
        WITH waited AS (
            SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - occurred_at)::float8 AS seconds
            FROM {generation_schema(generation)}.events WHERE run_id = ANY($1::uuid[]))
        SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), 0) AS p50,
               coalesce(percentile_cont(0.99) WITHIN GROUP (ORDER BY seconds), 0) AS p99,
               coalesce(max(seconds), 0) AS longest
        FROM waited
        """,  # noqa: S608 - the schema's name is ours
        run_ids,
    )
    assert row is not None  # noqa: S101 - aggregates without GROUP BY are one row
    return Freshness(**dict(row))
