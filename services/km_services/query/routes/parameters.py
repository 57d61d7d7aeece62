"""Parameters that several routes take."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Query

from km_schemas.words import RiskLevel
from km_services.query.answers.scalars import MomentParameter, Name
from km_services.query.cursors import LENGTH_MAX, BadCursorError, Cursor, decode_cursor
from km_services.query.problems import Problem

LIMIT_MAX: Final = 500

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Rows of a page.")]
CursorText = Annotated[str | None, Query(max_length=LENGTH_MAX, description="`next_cursor` of the page before.")]
Server = Annotated[Name | None, Query(description="Server, as the run was named.")]
Method = Annotated[Name | None, Query(description="JSON-RPC method.")]
Level = Annotated[RiskLevel | None, Query(description="This risk level or a higher one.")]
Since = Annotated[MomentParameter | None, Query(description="From this time on (RFC 3339 with an offset).")]
Until = Annotated[MomentParameter | None, Query(description="Before this time.")]

_FLOORS: Final[dict[RiskLevel, int]] = {"none": 0, "low": 10, "medium": 35, "high": 75}


def score_min(level: RiskLevel | None) -> int:
    """The lowest risk score of a level (`km_schemas.words.risk_level`: low ≥ 10, medium ≥ 35, high ≥ 75)."""
    return 0 if level is None else _FLOORS[level]


def cursor_of(text: str | None, kind: type[Cursor]) -> Cursor | None:
    """The cursor of a parameter; Problem (400) for a text that is none."""
    if text is None:
        return None
    try:
        return decode_cursor(text, kind)
    except BadCursorError:
        message = "The cursor is none of this list: begin again without one."
        raise Problem(400, "bad_cursor", message) from None


def check_order(since: datetime, until: datetime) -> None:
    """Problem (400) for a range that ends before it begins."""
    if until <= since:
        raise Problem(400, "bad_request", "`until` must lie behind `since`.")
