"""The composition root: settings in, a FastAPI app out, with everything that runs beside its requests."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Final

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from km_services.query.context import Context
from km_services.query.database import Database
from km_services.query.live.hub import Hub
from km_services.query.live.listener import Listener
from km_services.query.live.source import PostgresSource
from km_services.query.login.gate import Gate
from km_services.query.login.tokens import Tokens
from km_services.query.metrics import Metrics
from km_services.query.problems import (
    Problem,
    answer_http_exception,
    answer_invalid_request,
    answer_problem,
    documented,
)
from km_services.query.request_record import RequestRecord
from km_services.query.routes import calls, health, live, login, openapi, runs, stats
from km_services.query.routes.pages import pages_router
from km_services.query.security import OriginGuard, SecurityHeaders
from km_services.query.settings import Settings

BODY_BYTES_MAX: Final = 4096
ASKING: Final[tuple[APIRouter, ...]] = (runs.router, calls.router, stats.router, live.router)
"""What asks the database for a customer, and so answers 401, 403, 422 and 503."""

_log = structlog.get_logger("km_services.query")


def create_app(settings: Settings) -> FastAPI:
    """The app of one service; nothing connects before its lifespan begins."""
    app = FastAPI(
        title="Kilometers query service",
        version="1",
        description="What was recorded, read only. Log in with the token, or send it as `Authorization: Bearer`.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=BODY_BYTES_MAX,
        lifespan=_lifespan,
        generate_unique_id_function=_operation_id,
        separate_input_output_schemas=False,
    )
    app.state.context = _context(settings)
    app.state.tasks = []
    _add_routes(app, settings)
    app.add_exception_handler(Problem, answer_problem)
    app.add_exception_handler(HTTPException, answer_http_exception)
    app.add_exception_handler(RequestValidationError, answer_invalid_request)
    # The last one added is the outermost.
    app.add_middleware(OriginGuard, allowed_hosts=settings.allowed_hosts)
    app.add_middleware(RequestRecord, metrics=app.state.context.metrics)
    app.add_middleware(SecurityHeaders)
    return app


def _context(settings: Settings) -> Context:
    metrics = Metrics()
    database = Database(settings.postgres)
    return Context(
        settings=settings,
        database=database,
        gate=Gate(Tokens(settings.token), lambda outcome: metrics.logins.labels(outcome).inc()),
        hub=Hub(PostgresSource(database), on_reset=metrics.live_resets.inc),
        metrics=metrics,
    )


def _add_routes(app: FastAPI, settings: Settings) -> None:
    for router in ASKING:
        app.include_router(router, responses=documented(401, 403, 422, 429, 503))
    for router in (login.router, health.router, openapi.router):
        app.include_router(router)
    if settings.dashboard_dir is not None:
        app.include_router(pages_router(settings.dashboard_dir))


def _operation_id(route: APIRoute) -> str:
    return route.name


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    await context.database.open()
    app.state.tasks = [_task(context.hub.run(), "hub"), _task(_listener(context).run(), "listener")]
    try:
        yield
    finally:
        context.hub.close()
        for task in app.state.tasks:
            task.cancel()
        await asyncio.gather(*app.state.tasks, return_exceptions=True)
        await context.database.close()


def _listener(context: Context) -> Listener:
    def connected() -> None:
        context.metrics.listening.set(1)
        context.hub.wake_all()

    def lost() -> None:
        context.metrics.listening.set(0)
        context.hub.tell_away()

    return Listener(context.database, on_wake=context.hub.wake, on_connected=connected, on_lost=lost)


def _task(work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_tell_ended)
    return task


def _tell_ended(task: asyncio.Task[None]) -> None:
    """A task ends only with its service; otherwise `/health` fails and says so."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("task ended", task=task.get_name(), error=type(error).__name__)
