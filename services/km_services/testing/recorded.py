"""Rows of the read models as the projector writes them, by its role and in one transaction each."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from km_schemas.histogram import BUCKETS, bucket_of
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.payload_blocks import encode_block
from km_schemas.read_models import LIVE_CHANNEL

CUSTOMER = UUID(DEFAULT_CUSTOMER_ID)
INSTALLATION = UUID("00000000-0000-4000-8000-0000000000aa")


@dataclass(frozen=True, slots=True)
class RecordedFrame:
    """One frame to be: its sanitized bytes, and what the stages said of it."""

    data: bytes | None
    kind: str = "request"
    direction: str | None = "client_to_server"
    method: str | None = None
    target: str | None = None
    rpc_id: str | None = None
    score: int = 0
    findings: Sequence[dict[str, Any]] = ()
    signals: Sequence[dict[str, Any]] = ()
    omitted: dict[str, Any] | None = None


@dataclass(slots=True)
class Recorded:
    """Writes rows. Raw offsets of partition 0 go up by one with every call that ends."""

    connection: "asyncpg.Connection[asyncpg.Record]"
    customer_id: UUID = CUSTOMER
    next_offset: int = 0
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def run(
        self, server: str = "git", *, run_id: UUID | None = None, at: datetime | None = None, **columns: Any
    ) -> UUID:
        """A run whose last activity was `at`."""
        run_id = run_id or uuid4()
        moment = at or self.now
        row = {
            "customer_id": self.customer_id, "run_id": run_id, "installation_id": INSTALLATION, "server": server,
            "raw_partition": 0, "raw_offset": 0, "first_occurred_at": moment, "last_occurred_at": moment,
            "last_received_at": moment,
        } | columns  # fmt: skip
        await self._insert("runs", row)
        return run_id

    async def frames(self, run_id: UUID, frames: Sequence[RecordedFrame], *, first_seq: int = 1) -> None:
        """Frames of a run, with one block for their payloads."""
        stored = [frame.data for frame in frames if frame.data is not None]
        async with self.connection.transaction():
            block_index = 0
            for seq, frame in enumerate(frames, first_seq):
                place = (None, None) if frame.data is None else (first_seq, block_index)
                block_index += frame.data is not None
                await self._insert("events", self._event(run_id, seq, frame) | dict(zip(_PLACE, place, strict=True)))
            if stored:
                block = {"first_seq": first_seq, "payloads": len(stored), "block": encode_block(stored)}
                await self._insert("payload_blocks", {"customer_id": self.customer_id, "run_id": run_id} | block)

    async def call(self, run_id: UUID, *, at: datetime | None = None, wake: bool = False, **columns: Any) -> None:
        """An ended call; its hour's sums go up with it."""
        self.next_offset += 1
        moment = at or self.now
        row = {
            "customer_id": self.customer_id, "run_id": run_id, "opened_seq": 2 * self.next_offset, "item": 0,
            "closed_seq": 2 * self.next_offset + 1, "server": "git", "direction": "client_to_server", "rpc_id": "1",
            "method": "tools/call", "target": "git_status", "opened_at": moment - timedelta(milliseconds=12),
            "closed_at": moment, "outcome": "ok", "duration_us": 12_000, "waited_us": 0, "request_bytes": 120,
            "response_bytes": 480, "score": 0, "findings": 0, "cost_nanodollars": 0, "raw_partition": 0,
            "raw_offset": self.next_offset,
        } | columns  # fmt: skip
        async with self.connection.transaction():
            await self._insert("calls", row)
            await self._count(row)
            if wake:
                await self.wake()

    async def wake(self) -> None:
        """What the projector says behind every batch."""
        await self.connection.execute("SELECT pg_notify($1, $2)", LIVE_CHANNEL, str(self.customer_id))

    def _event(self, run_id: UUID, seq: int, frame: RecordedFrame) -> dict[str, Any]:
        moment = self.now + timedelta(milliseconds=seq)
        return {
            "customer_id": self.customer_id, "run_id": run_id, "seq": seq, "installation_id": INSTALLATION,
            "occurred_at": moment, "received_at": moment, "raw_offset": seq, "cost_nanodollars": 0,
            "raw_partition": 0, "size": len(frame.data or b""), "finding_count": len(frame.findings),
            "score": frame.score, "partial": False, "kind": frame.kind, "direction": frame.direction,
            "method": frame.method, "target": frame.target, "rpc_id": frame.rpc_id,
            "findings": json.dumps(list(frame.findings)) if frame.findings else None,
            "signals": json.dumps(list(frame.signals)) if frame.signals else None,
            "omitted": json.dumps(frame.omitted) if frame.omitted else None,
        }  # fmt: skip

    async def _count(self, call: dict[str, Any]) -> None:
        durations = [0] * BUCKETS
        durations[bucket_of(call["duration_us"] or 0)] = 1
        row = {
            "customer_id": self.customer_id, "server": call["server"], "method": call["method"],
            "hour": call["closed_at"].replace(minute=0, second=0, microsecond=0), "tool": call["target"] or "",
            "source_partition": 0, "frames": 2, "calls": 1, "errors": int(call["outcome"] in {"error", "tool_error"}),
            "duration_us": call["duration_us"] or 0, "durations": durations,
            "bytes": call["request_bytes"] + call["response_bytes"], "cost_nanodollars": call["cost_nanodollars"],
            "high_risk": int(call["score"] >= 75), "redactions": call["findings"],
        }  # fmt: skip
        await self._insert("hourly_stats", row, on_conflict=_ADD_UP)

    async def _insert(self, table: str, row: dict[str, Any], on_conflict: str = "") -> None:
        columns = ", ".join(row)
        places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
        await self.connection.execute(
            f"INSERT INTO read_g1.{table} ({columns}) VALUES ({places}) {on_conflict}",  # noqa: S608 - our own names
            *row.values(),
        )


_PLACE = ("block_seq", "block_index")
_SUMS = ("frames", "calls", "errors", "duration_us", "bytes", "cost_nanodollars", "high_risk", "redactions")
_ADD_UP = (
    "ON CONFLICT (customer_id, hour, server, method, tool, source_partition) DO UPDATE SET "
    + ", ".join(f"{name} = hourly_stats.{name} + excluded.{name}" for name in _SUMS)
    + ", durations = core.add_histograms(hourly_stats.durations, excluded.durations)"
)


@asynccontextmanager
async def recording(
    *, host: str, port: int, database: str, password: str, customer_id: UUID = CUSTOMER
) -> AsyncIterator[Recorded]:
    """Write as the projector for the time of the block."""
    connection = await asyncpg.connect(host=host, port=port, database=database, user="km_projector", password=password)
    try:
        yield Recorded(connection, customer_id)
    finally:
        await connection.close()
