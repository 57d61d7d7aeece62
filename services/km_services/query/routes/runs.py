"""`/api/runs` and what hangs below one run: its frames and their payloads."""

import asyncio
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from km_schemas.payload_blocks import decode_block
from km_schemas.words import Direction, Kind
from km_services.query.answers.frames import FramesPage
from km_services.query.answers.runs import Run, RunsPage
from km_services.query.context import Customer, Here
from km_services.query.cursors import FramesCursor, RunsCursor, encode_cursor
from km_services.query.problems import Problem, documented
from km_services.query.routes.parameters import CursorText, Level, Limit, Server, Since, Until, cursor_of, score_min
from km_services.query.views.frames import FramesFilter, frame_rows, frames_of, payload_block
from km_services.query.views.moments import as_of
from km_services.query.views.runs import RunsFilter, one_run, runs_page

router = APIRouter(prefix="/api/runs", tags=["runs"])

_BYTES: Final[dict[int | str, dict[str, object]]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
Seq = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("", responses=documented(400))
async def list_runs(
    here: Here,
    customer: Customer,
    *,
    server: Server = None,
    level: Level = None,
    since: Since = None,
    until: Until = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> RunsPage:
    """Runs, newest activity first."""
    after = cursor_of(cursor, RunsCursor)
    wanted = RunsFilter(server, score_min(level), since, until)
    async with here.database.reading(customer) as connection:
        return await runs_page(connection, wanted, after, limit)


@router.get("/{run_id}", responses=documented(404))
async def get_run(here: Here, customer: Customer, run_id: UUID) -> Run:
    """One run."""
    async with here.database.reading(customer) as connection:
        run = await one_run(connection, run_id)
    if run is None:
        raise _no_such("run")
    return run


@router.get("/{run_id}/frames", responses=documented(400, 404))
async def list_frames(
    here: Here,
    customer: Customer,
    *,
    run_id: UUID,
    direction: Annotated[Direction | None, Query()] = None,
    kind: Annotated[Kind | None, Query()] = None,
    level: Level = None,
    from_seq: Annotated[int, Query(ge=1, le=2**63 - 1, description="Begin at this seq, where there is no cursor.")] = 1,
    cursor: CursorText = None,
    limit: Limit = 100,
) -> FramesPage:
    """What was recorded in a run, in the order of seq, with payloads up to 256 KiB."""
    after = cursor_of(cursor, FramesCursor) or FramesCursor(from_seq - 1)
    async with here.database.reading(customer) as connection:
        if await one_run(connection, run_id) is None:
            raise _no_such("run")
        found = await frame_rows(connection, run_id, FramesFilter(direction, kind, score_min(level)), after, limit)
        moment = await as_of(connection)
    frames = await asyncio.to_thread(frames_of, found)
    next_cursor = encode_cursor(FramesCursor(frames[-1].seq)) if found.more else None
    return FramesPage(run_id=run_id, frames=frames, next_cursor=next_cursor, as_of=moment)


@router.get(
    "/{run_id}/frames/{seq}/payload",
    response_class=Response,
    responses=_BYTES | documented(404),
)
async def get_payload(here: Here, customer: Customer, run_id: UUID, seq: Seq) -> Response:
    """The sanitized bytes of one frame, of any size, as a file."""
    async with here.database.reading(customer) as connection:
        found = await payload_block(connection, run_id, seq)
    if found is None:
        raise _no_such("payload")
    block, position = found
    payloads = await asyncio.to_thread(decode_block, block)
    name = f'attachment; filename="{run_id}-{seq}.bin"'
    return Response(payloads[position], headers={"Content-Disposition": name}, media_type="application/octet-stream")


def _no_such(what: str) -> Problem:
    return Problem(404, "not_found", f"There is no such {what}.")
