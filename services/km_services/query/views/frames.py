"""A run's frames in the order of seq, with their payloads out of the blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from km_schemas.payload_blocks import decode_block
from km_schemas.words import risk_level
from km_services.query.answers.frames import Finding, Frame, Payload, Signal
from km_services.query.cursors import FramesCursor
from km_services.query.database import Connection
from km_services.query.payload_forms import DEFERRED_ABOVE, payload_answer

BLOCK_BYTES_PER_PAGE: Final = 8 * 1024 * 1024
"""Compressed; what lies beyond is deferred, so that no page can exhaust the service."""

_FRAMES: Final = """
SELECT seq, occurred_at, received_at, kind, direction, method, target, rpc_id, size, part, partial, score, signals,
       findings, cost_nanodollars, block_seq, block_index, omitted
FROM read.events
WHERE run_id = $1 AND seq > $2 AND ($3::text IS NULL OR direction = $3) AND ($4::text IS NULL OR kind = $4)
  AND score >= $5
ORDER BY seq
LIMIT $6
"""
_ONE: Final = "SELECT size, block_seq, block_index, omitted FROM read.events WHERE run_id = $1 AND seq = $2"
_BLOCKS: Final = """
SELECT first_seq, block
FROM (SELECT first_seq, block, sum(octet_length(block)) OVER (ORDER BY first_seq) AS so_far
      FROM read.payload_blocks WHERE run_id = $1 AND first_seq = ANY ($2::bigint[])) AS blocks
WHERE so_far <= $3
"""
_BLOCK: Final = "SELECT block FROM read.payload_blocks WHERE run_id = $1 AND first_seq = $2"

_signals: Final = TypeAdapter(list[Signal])
_findings: Final = TypeAdapter(list[Finding])


@dataclass(frozen=True, slots=True)
class FramesFilter:
    """Which frames of a run."""

    direction: str | None = None
    kind: str | None = None
    score_min: int = 0


@dataclass(frozen=True, slots=True)
class FrameRows:
    """Rows of events and the blocks that hold their payloads, compressed, by first_seq."""

    rows: list[asyncpg.Record]
    blocks: Mapping[int, bytes]
    more: bool


async def frame_rows(
    connection: Connection, run_id: UUID, wanted: FramesFilter, after: FramesCursor, limit: int
) -> FrameRows:
    """The next `limit` frames behind a cursor. Their blocks stay compressed: `frames_of` is work for a thread."""
    place = (after.seq, wanted.direction, wanted.kind, wanted.score_min)
    rows = await connection.fetch(_FRAMES, run_id, *place, limit + 1)
    shown = rows[:limit]
    needed = {row["block_seq"] for row in shown if row["block_seq"] is not None and row["size"] <= DEFERRED_ABOVE}
    blocks = await connection.fetch(_BLOCKS, run_id, sorted(needed), BLOCK_BYTES_PER_PAGE)
    return FrameRows(shown, {row["first_seq"]: row["block"] for row in blocks}, more=len(rows) > limit)


def frames_of(found: FrameRows) -> list[Frame]:
    """The frames of rows and blocks. Decompresses one block at a time; DamagedBlockError where one is none."""
    payloads: dict[int, bytes] = {}
    for first_seq, block in found.blocks.items():
        members = [row for row in found.rows if row["block_seq"] == first_seq]
        decoded = decode_block(block)
        payloads |= {row["seq"]: decoded[row["block_index"]] for row in members}
    return [_frame(row, payloads.get(row["seq"])) for row in found.rows]


async def payload_block(connection: Connection, run_id: UUID, seq: int) -> tuple[bytes, int] | None:
    """The compressed block of one frame's payload and its position there; none where there is none."""
    row = await connection.fetchrow(_ONE, run_id, seq)
    if row is None or row["block_seq"] is None:
        return None
    block = await connection.fetchval(_BLOCK, run_id, row["block_seq"])
    return None if block is None else (block, row["block_index"])


def _frame(row: asyncpg.Record, data: bytes | None) -> Frame:
    return Frame.model_validate(
        {
            **row,
            "level": risk_level(row["score"]),
            "signals": _signals.validate_json(row["signals"] or "[]"),
            "findings": _findings.validate_json(row["findings"] or "[]"),
            "payload": _payload(row, data),
        }
    )


def _payload(row: asyncpg.Record, data: bytes | None) -> Payload:
    stored = row["block_seq"] is not None
    return payload_answer(data, stored=stored, recorded_size=row["size"], omitted=row["omitted"])
