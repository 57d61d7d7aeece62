"""One log line and one count for each request: its route, never its address, whose query may hold anything."""

import traceback
from time import monotonic
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from km_services.query.metrics import Metrics
from km_services.query.problems import INTERNAL, Problem

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = structlog.get_logger("km_services.query")


class RequestRecord:
    """ASGI middleware, the outermost of ours: also answers errors that nobody expected."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = monotonic(), 0

        async def send_recorded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._record(scope, status, monotonic() - began)
            await send(message)

        try:
            await self._app(scope, receive, send_recorded)
        except Exception as error:  # noqa: BLE001 - the last place to tell of it
            _log.error("failed", route=route_of(scope), error=type(error).__name__, at=place_of(error))
            if not status:
                await Problem(500, "internal", INTERNAL).response()(scope, receive, send_recorded)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        _log.info("answered", route=route, method=method, status=status, ms=round(seconds * 1000, 1))


def route_of(scope: Scope) -> str:
    """The template of the route that took the request; `other` for none."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "other"


def place_of(error: Exception) -> str:
    """Where an error was raised, as file:line of each call; without its text, which may quote input."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames[-6:]))
