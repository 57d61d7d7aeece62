"""Read-only transactions of one customer each, and what Postgres's troubles mean for a client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from km_services.query.problems import Problem
from km_services.query.settings import PostgresSettings

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"

POOL_SIZE: Final = 8
CONNECT_SECONDS: Final = 3.0
STATEMENT_SECONDS: Final = 5.0
_SERVER_SETTINGS: Final = {
    "application_name": "km-query",
    "default_transaction_read_only": "on",
    "statement_timeout": str(int(STATEMENT_SECONDS * 1000)),
    "idle_in_transaction_session_timeout": "10000",
    "timezone": "UTC",
}

AWAY: Final = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""Postgres cannot be asked now; later it may."""
NOT_PROVISIONED: Final = (
    asyncpg.UndefinedTableError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.InsufficientPrivilegeError,
)


class Database:
    """A pool of connections that opens at the first need, so that the service starts before Postgres does."""

    def __init__(self, settings: PostgresSettings) -> None:
        self._settings = settings
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Ready to connect; connects to nothing yet."""
        self._pool = await asyncpg.create_pool(
            host=self._settings.host,
            port=self._settings.port,
            user=self._settings.user,
            database=self._settings.database,
            password=self._password,
            min_size=0,
            max_size=POOL_SIZE,
            timeout=CONNECT_SECONDS,
            command_timeout=STATEMENT_SECONDS + 1,
            server_settings=_SERVER_SETTINGS,
        )

    async def close(self) -> None:
        """End every connection, also busy ones."""
        if self._pool is not None:
            self._pool.terminate()

    @asynccontextmanager
    async def reading(self, customer_id: UUID) -> AsyncIterator[Connection]:
        """One snapshot of one customer's rows. The block holds nothing but questions to the database.

        Raises Problem (503) where Postgres is away, too slow or without read models.
        """
        assert self._pool is not None, "open() comes first"  # noqa: S101 - a bug, not a state
        try:
            async with (
                self._pool.acquire(timeout=CONNECT_SECONDS) as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                await connection.execute("SELECT set_config('km.customer_id', $1, true)", str(customer_id))
                yield connection
        except (*AWAY, *NOT_PROVISIONED) as error:
            raise problem_of(error) from None

    async def connect_listener(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of its own for LISTEN. Raises one of AWAY."""
        return await asyncpg.connect(
            host=self._settings.host,
            port=self._settings.port,
            user=self._settings.user,
            database=self._settings.database,
            password=self._password,
            timeout=CONNECT_SECONDS,
            command_timeout=STATEMENT_SECONDS,
            server_settings=_SERVER_SETTINGS,
        )

    def _password(self) -> str:
        # Read at every new connection, so that a changed password needs no restart.
        return self._settings.password_file.read_text(encoding="utf-8").strip()


def problem_of(error: Exception) -> Problem:
    """What a client is told of an error of Postgres; never its text, which may quote rows."""
    if isinstance(error, ValueError):  # asyncpg's DataError is one: a parameter that we should have refused
        raise error
    if isinstance(error, asyncpg.QueryCanceledError):
        return Problem(503, "too_slow", "The question took too long; narrow it by time or run.", retry_after=5)
    if isinstance(error, NOT_PROVISIONED):
        return Problem(503, "not_provisioned", "The read models are missing: run provisioning.", retry_after=5)
    return Problem(503, "database_away", "Postgres does not answer; what was recorded is safe.", retry_after=2)
