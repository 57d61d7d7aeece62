"""`/health`, `/ready`, `/metrics`: for supervisors and scrapers, without a login."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from km_services.query.context import Here
from km_services.query.problems import Problem, documented

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process does its work."""

    status: Literal["ok"] = "ok"


@router.get("/health", responses=documented(500))
async def get_health(request: Request) -> Health:
    """500 where a task of the process has ended that never should: restart it."""
    if any(task.done() for task in request.app.state.tasks):
        raise Problem(500, "internal", "A task of the service has ended: restart it.")
    return Health()


@router.get("/ready", responses=documented(503))
async def get_ready(here: Here) -> Health:
    """503 while Postgres does not answer or has no read models."""
    async with here.database.reading(here.settings.customer_id) as connection:
        await connection.fetchval("SELECT generation FROM read.active_generation")
    return Health()


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def get_metrics(here: Here) -> Response:
    """Counts in the Prometheus text format."""
    here.metrics.live_streams.set(here.hub.outboxes)
    return Response(here.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
