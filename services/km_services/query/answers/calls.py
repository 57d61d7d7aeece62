"""Calls as the API tells them, in pages and live."""

from uuid import UUID

from pydantic import BaseModel

from km_schemas.words import Direction, Outcome, RiskLevel
from km_services.query.answers.scalars import Moment


class Call(BaseModel):
    """One ended call. Durations in microseconds, sizes in bytes, cost in nano-dollars."""

    run_id: UUID
    opened_seq: int
    item: int
    """Position in a batch frame; 0 outside one."""
    closed_seq: int
    server: str
    direction: Direction
    rpc_id: str
    method: str
    target: str | None
    opened_at: Moment
    closed_at: Moment
    outcome: Outcome
    error_code: int | None
    duration_us: int | None
    waited_us: int
    request_bytes: int
    response_bytes: int
    score: int
    level: RiskLevel
    findings: int
    cost_nanodollars: int


class CallsPage(BaseModel):
    """Newest end first."""

    calls: list[Call]
    next_cursor: str | None
    as_of: Moment


class Update(BaseModel):
    """Data of the live event `update`: something of the customer changed; these calls ended."""

    calls: list[Call]
