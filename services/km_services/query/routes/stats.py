"""`/api/stats/…` and `/api/overview`: sums."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query

from km_services.query.answers.scalars import Name
from km_services.query.answers.stats import HourlyStats, Overview, ServersStats
from km_services.query.context import Customer, Here
from km_services.query.problems import Problem, documented
from km_services.query.routes.parameters import Method, Server, Since, Until, check_order
from km_services.query.views.stats import StatsFilter, by_server, hourly, overview

router = APIRouter(prefix="/api", tags=["stats"])

DEFAULT_RANGE: Final = timedelta(hours=23)
"""The running hour and the 23 before it."""
RANGE_MAX: Final = timedelta(days=31)


@router.get("/overview")
async def get_overview(here: Here, customer: Customer, hours: Annotated[int, Query(ge=1, le=744)] = 24) -> Overview:
    """The last hours beside as many before them, and how fresh the read models are."""
    async with here.database.reading(customer) as connection:
        return await overview(connection, hours)


@router.get("/stats/hourly", responses=documented(400))
async def get_hourly(
    here: Here,
    customer: Customer,
    *,
    since: Since = None,
    until: Until = None,
    server: Server = None,
    method: Method = None,
    tool: Annotated[Name | None, Query(description="Tool of `tools/call`.")] = None,
) -> HourlyStats:
    """Every hour of a range of at most 31 days; the last 24 hours where none is given."""
    since, until = _range(since, until)
    async with here.database.reading(customer) as connection:
        return await hourly(connection, StatsFilter(since, until, server, method, tool))


@router.get("/stats/servers", responses=documented(400))
async def get_servers(here: Here, customer: Customer, since: Since = None, until: Until = None) -> ServersStats:
    """The busiest servers of a range of at most 31 days; of the last 24 hours where none is given."""
    since, until = _range(since, until)
    async with here.database.reading(customer) as connection:
        return await by_server(connection, since, until)


def _range(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    try:
        until = until or (since + DEFAULT_RANGE if since else datetime.now(UTC))
        since = since or until - DEFAULT_RANGE
    except OverflowError:
        raise Problem(400, "bad_request", "The range leaves the years 1–9999.") from None
    check_order(since, until)
    if until - since > RANGE_MAX:
        raise Problem(400, "bad_request", "The range is longer than 31 days.")
    return since, until
