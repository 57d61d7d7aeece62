"""A run's frames as the API tells them."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from km_schemas.words import Direction, Kind, RiskLevel
from km_services.query.answers.scalars import Moment


class Finding(BaseModel):
    """Something sensitive that stood in the frame; `token` stands in its place at `path`."""

    type: str
    rule: str
    path: str
    token: str
    in_key: bool = False


class Signal(BaseModel):
    """One reason for risk."""

    id: str
    weight: float
    path: str
    rule: str
    evidence: str = ""
    mapping: list[str] = []


class Payload(BaseModel):
    """The sanitized bytes: exactly, as far as `text` or `base64` is given."""

    form: Literal["json", "text", "base64", "deferred", "omitted", "missing"]
    """`json`, `text`: UTF-8 in `text`, white space and all; `deferred`: too large for a page, to be had from
    `/api/runs/{run_id}/frames/{seq}/payload`; `omitted`: too large for the topics; `missing`: not stored."""
    size: int
    """Bytes of the sanitized payload; of the recorded one where it is omitted or missing."""
    text: str | None = None
    base64: str | None = None
    sha256: str | None = None
    """Of an omitted payload."""


class Frame(BaseModel):
    """What was recorded at one seq: a frame, stderr, or a lifecycle record."""

    seq: int
    occurred_at: Moment
    received_at: Moment
    kind: Kind
    direction: Direction | None
    method: str | None
    target: str | None
    rpc_id: str | None
    size: int
    part: int | None
    partial: bool
    score: int
    level: RiskLevel
    signals: list[Signal]
    findings: list[Finding]
    cost_nanodollars: int
    payload: Payload


class FramesPage(BaseModel):
    """In the order of seq."""

    run_id: UUID
    frames: list[Frame]
    next_cursor: str | None
    as_of: Moment
