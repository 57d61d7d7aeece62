"""The read models' tables and views, made by the owner role from the SQL of the contracts."""

import asyncpg

from km_schemas.read_models import core_sql, generation_sql, views_sql

ONE_AT_A_TIME = 0x6B6D  # key of the advisory lock: two provisioners would meet in CREATE … IF NOT EXISTS


async def ensure_read_models(connection: asyncpg.Connection, generation: int) -> None:
    """Apply the SQL in one transaction. The views go to this generation only when they show no other yet."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        await connection.execute(core_sql())
        await connection.execute(generation_sql(generation))
        if await active_generation(connection) in {None, generation}:
            await connection.execute(views_sql(generation))


async def active_generation(connection: asyncpg.Connection) -> int | None:
    """The generation that the views show; None before there are any."""
    if await connection.fetchval("SELECT to_regclass('read.active_generation')") is None:
        return None
    return int(await connection.fetchval("SELECT generation FROM read.active_generation"))
