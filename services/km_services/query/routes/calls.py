"""`/api/calls`: ended calls, newest first."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from km_schemas.words import Outcome
from km_services.query.answers.calls import CallsPage
from km_services.query.context import Customer, Here
from km_services.query.cursors import CallsCursor
from km_services.query.problems import documented
from km_services.query.routes.parameters import (
    CursorText,
    Level,
    Limit,
    Method,
    Server,
    Since,
    Until,
    cursor_of,
    score_min,
)
from km_services.query.views.calls import CallsFilter, calls_page

router = APIRouter(prefix="/api/calls", tags=["calls"])


@router.get("", responses=documented(400))
async def list_calls(
    here: Here,
    customer: Customer,
    *,
    server: Server = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    level: Level = None,
    run: Annotated[UUID | None, Query(description="Of this run.")] = None,
    method: Method = None,
    since: Since = None,
    until: Until = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> CallsPage:
    """Ended calls, newest end first."""
    after = cursor_of(cursor, CallsCursor)
    wanted = CallsFilter(server, outcome, score_min(level), run, method, since, until)
    async with here.database.reading(customer) as connection:
        return await calls_page(connection, wanted, after, limit)
