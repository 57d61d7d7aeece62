"""Sums as the API tells them."""

from pydantic import BaseModel

from km_services.query.answers.scalars import Moment


class Totals(BaseModel):
    """Sums over some hours. Durations in microseconds, sizes in bytes, cost in nano-dollars."""

    frames: int
    calls: int
    errors: int
    """Calls that ended in error or tool_error."""
    redactions: int
    high_risk: int
    """Frames of risk level high."""
    bytes: int
    cost_nanodollars: int
    p50_us: int | None
    """Of the durations of calls, linear within fixed buckets; none where no call ended."""
    p95_us: int | None


class Hour(Totals):
    """One hour of UTC."""

    hour: Moment


class HourlyStats(BaseModel):
    """Every hour of the range, in order, also those without traffic."""

    hours: list[Hour]
    as_of: Moment


class ServerTotals(Totals):
    """The sums of one server."""

    server: str


class ServersStats(BaseModel):
    """Servers with traffic in the range, most calls first; at most 100."""

    servers: list[ServerTotals]
    as_of: Moment


class Overview(BaseModel):
    """The last hours (the running one included) beside as many before them, and how fresh that is."""

    hours: int
    since: Moment
    now: Totals
    before: Totals
    runs: int
    """Runs with activity since then."""
    running: int
    """Of them, those that have not ended."""
    open_calls: int
    losses: int
    """Known losses, of all time."""
    dead_letters: int
    newest_received_at: Moment | None
    """When the newest event reached the broker."""
    projected_at: Moment | None
    """When the projector last wrote."""
    generation: int
    as_of: Moment
