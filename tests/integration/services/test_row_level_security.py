"""One customer never sees another's rows, and the query role reads alone."""

from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from km_local.testing import Stack
from km_services.testing.recorded import Recorded, RecordedFrame

OTHER = UUID("00000000-0000-7000-8000-000000000002")
CUSTOMER_TABLES = (
    "events",
    "payload_blocks",
    "runs",
    "open_calls",
    "calls",
    "hourly_stats",
    "alerts",
    "losses",
    "dead_letters",
)


async def as_query(stack: Stack) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(
        host=stack.host, port=stack.port, database=stack.database, user="km_query", password=stack.password("km_query")
    )


async def test_rows_of_another_customer_are_invisible(client: httpx.AsyncClient, recorded: Recorded) -> None:
    theirs = Recorded(recorded.connection, customer_id=OTHER)
    run_id = await theirs.run("theirs")
    await theirs.frames(run_id, [RecordedFrame(b"{}")])
    await theirs.call(run_id)
    assert (await client.get("/api/runs")).json()["runs"] == []
    assert (await client.get("/api/calls")).json()["calls"] == []
    assert (await client.get(f"/api/runs/{run_id}/frames")).status_code == 404
    assert (await client.get(f"/api/runs/{run_id}/frames/1/payload")).status_code == 404
    overview = (await client.get("/api/overview")).json()
    assert (overview["now"]["calls"], overview["newest_received_at"]) == (0, None)


async def test_a_missing_setting_is_an_error_and_never_rows(stack: Stack, recorded: Recorded) -> None:
    run_id = await recorded.run()
    await recorded.frames(run_id, [RecordedFrame(b"{}")])
    connection = await as_query(stack)
    try:
        with pytest.raises(asyncpg.UndefinedObjectError):
            await connection.fetch("SELECT * FROM read.events")
    finally:
        await connection.close()


@pytest.mark.parametrize("table", CUSTOMER_TABLES)
async def test_the_query_role_cannot_write(stack: Stack, table: str) -> None:
    connection = await as_query(stack)
    try:
        await connection.execute("SELECT set_config('km.customer_id', $1, false)", str(uuid4()))
        for statement in (f"DELETE FROM read_g1.{table}", f"UPDATE read_g1.{table} SET customer_id = customer_id"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_query_role_reads_no_state_of_the_stages(stack: Stack) -> None:
    connection = await as_query(stack)
    try:
        for statement in ("SELECT * FROM read_g1.score_state", "SELECT owner_epoch FROM read_g1.stage_offsets"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(statement)
    finally:
        await connection.close()
