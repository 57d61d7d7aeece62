"""Sessions of work, one module a kind, as agents do them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tests.traffic.desk import Desk, Mode
from tests.traffic.sessions.browsing import browse, fetch
from tests.traffic.sessions.coding import code, use_commander
from tests.traffic.sessions.databases import analyse, query
from tests.traffic.sessions.files import tidy
from tests.traffic.sessions.history import study
from tests.traffic.sessions.office import calculate, meet, plan_times, remember, try_everything
from tests.traffic.sessions.tickets import support, track


@dataclass(frozen=True, slots=True)
class Session:
    """Who sits at the desk, and what is done."""

    servers: tuple[str, ...]
    talk: Callable[[Desk], Awaitable[None]]
    mode: Mode = "auto"


SESSIONS: Final = {
    "coding": Session(("filesystem", "git", "shell", "sequential-thinking"), code),
    "commander": Session(("desktop-commander",), use_commander),
    "files": Session(("filesystem",), tidy),
    "git": Session(("git",), study),
    "git-legacy": Session(("git",), study, "legacy"),
    "tickets": Session(("backlog",), track),
    "support": Session(("sqlite", "backlog", "memory", "time"), support),
    "sqlite": Session(("sqlite",), query, "legacy"),
    "duckdb": Session(("duckdb",), analyse),
    "fetch": Session(("fetch",), fetch),
    "fetch-legacy": Session(("fetch",), fetch, "legacy"),
    "browsing": Session(("playwright",), browse),
    "excel": Session(("excel",), calculate),
    "excel-legacy": Session(("excel",), calculate, "legacy"),
    "memory": Session(("memory",), remember),
    "time": Session(("time",), plan_times),
    "time-legacy": Session(("time",), plan_times, "legacy"),
    "everything": Session(("everything",), try_everything),
    "catalogue-code": Session(("github", "circleci", "git-extended", "mongodb", "shrimp", "filesystem"), meet),
    "catalogue-web": Session(("notion", "context7", "firecrawl", "tavily", "chrome-devtools", "charts", "figma"), meet),
}
