"""`/health`, `/ready` and `/metrics` of a worker, on loopback unless told otherwise."""

from collections.abc import Callable
from http import HTTPStatus

import mode
import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from km_streams.engine.errors import RefusedError

_log = structlog.get_logger(__name__)


class HealthServer(mode.Service):
    """Answers as long as the event loop turns."""

    def __init__(self, host: str, port: int, registry: CollectorRegistry, why_not_ready: Callable[[], str]) -> None:
        """`why_not_ready`: a sentence, empty when the worker is ready."""
        super().__init__()
        self._host = host
        self._port = port
        self._registry = registry
        self._why_not_ready = why_not_ready
        self._runner: web.AppRunner | None = None

    async def on_start(self) -> None:
        """Listen."""
        application = web.Application()
        application.router.add_get("/health", self._health)
        application.router.add_get("/ready", self._ready)
        application.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            raise RefusedError(
                f"{self._host} port {self._port} cannot be listened on ({error.strerror}): set another "
                "KM_METRICS_PORT, or 0 for any free one"
            ) from None
        host, port = self._runner.addresses[0][:2]
        _log.info("listening", host=host, port=port)

    async def on_stop(self) -> None:
        """Listen no longer."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _ready(self, _request: web.Request) -> web.Response:
        reason = self._why_not_ready()
        status = HTTPStatus.SERVICE_UNAVAILABLE if reason else HTTPStatus.OK
        return web.json_response({"status": reason or "ready"}, status=status)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"content-type": CONTENT_TYPE_LATEST})
