"""Runs as the API tells them."""

from uuid import UUID

from pydantic import BaseModel

from km_schemas.words import RiskLevel
from km_services.query.answers.scalars import Moment


class Parent(BaseModel):
    """One process of the chain above `km`, nearest first."""

    pid: int
    executable: str


class SeqRange(BaseModel):
    """Seqs first … last, both inside."""

    first: int
    last: int


class Run(BaseModel):
    """One launch of one wrapped server. Sizes in bytes, cost in nano-dollars; texts are sanitized."""

    run_id: UUID
    installation_id: UUID
    server: str
    server_info_name: str | None
    server_info_version: str | None
    client_name: str | None
    client_version: str | None
    protocol_version: str | None
    era: str | None
    first_occurred_at: Moment
    last_occurred_at: Moment
    last_received_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    end_reason: str | None
    exit_code: int | None
    signal: int | None
    argv: list[str] | None
    cwd: str | None
    host: str | None
    os: str | None
    os_user: str | None
    km_version: str | None
    parents: list[Parent]
    frames: int
    events: int
    bytes: int
    calls: int
    open_calls: int
    """Calls that wait for their answer."""
    errors: int
    findings: int
    max_score: int
    level: RiskLevel
    cost_nanodollars: int
    missing: list[SeqRange]
    """Seqs that have not come (yet); the first 100 ranges."""
    lost_bytes: int
    lost_chunks: int
    skewed: bool
    """A time of the installation lay after the broker's."""


class RunsPage(BaseModel):
    """Newest activity first."""

    runs: list[Run]
    next_cursor: str | None
    as_of: Moment
