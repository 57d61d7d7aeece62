"""`/api/live`: server-sent events. `Last-Event-ID` resumes behind what a browser has seen."""

from collections.abc import AsyncIterator
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse

from km_services.query.context import Context, Customer, Here
from km_services.query.live.outbox import LiveEvent
from km_services.query.live.positions import Positions, parse_positions
from km_services.query.problems import Problem

router = APIRouter(prefix="/api", tags=["live"])

HEARTBEAT_SECONDS: Final = 15.0
RETRY_MS: Final = 1000
_HEARTBEAT: Final = b": heartbeat\n\n"


@router.get(
    "/live",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def live(
    here: Here, customer: Customer, last_event_id: Annotated[str | None, Header(max_length=8192)] = None
) -> StreamingResponse:
    """Events `ready`, `update` (data: `Update`), `reset` (ask for everything again), `away` (Postgres is away).

    Always 200: for a browser any other status is the end, while a stream that ends is asked for again.
    """
    seen = parse_positions(last_event_id) if last_event_id else None
    return StreamingResponse(_stream(here, customer, seen), media_type="text/event-stream")


async def _stream(here: Context, customer: UUID, seen: Positions | None) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RETRY_MS)
    try:
        async with here.hub.listening(customer, seen) as outbox:
            while not outbox.is_over:
                event = await outbox.take(HEARTBEAT_SECONDS)
                yield _HEARTBEAT if event is None else _bytes(event)
    except Problem as problem:
        yield format_sse_event(event="away", data_str="{}", retry=(problem.retry_after or 1) * 1000)


def _bytes(event: LiveEvent) -> bytes:
    position = None if event.positions is None else str(event.positions)
    return format_sse_event(event=event.name, data_str=event.data, id=position)
