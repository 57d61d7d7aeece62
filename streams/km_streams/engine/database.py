"""Connections to Postgres. Its being away shows as DependencyAwayError, whatever the client calls it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import asyncpg

from km_streams.engine.away import postgres_errors
from km_streams.engine.errors import DependencyAwayError, RefusedError
from km_streams.settings import PostgresAddress

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = PoolConnectionProxy[asyncpg.Record]
else:
    Connection = asyncpg.Connection

CONNECT_SECONDS: Final = 5.0
STATEMENT_SECONDS: Final = 30.0
CONNECTIONS: Final = 3
"""One to acknowledge, one to load states, one for timers."""


class Database:
    """A small pool that connects when it is first needed, and again whenever it must."""

    def __init__(self, address: PostgresAddress, application: str, transaction_seconds: float) -> None:
        """`transaction_seconds`: see Settings."""
        self._address = address
        self._application = application
        self._transaction_milliseconds = int(transaction_seconds * 1000)
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection with one transaction around the block: all of it or nothing."""
        pool = await self._connected()
        with postgres_errors():
            async with pool.acquire(timeout=CONNECT_SECONDS) as connection:
                try:
                    async with connection.transaction():
                        yield connection
                except asyncpg.InterfaceError as error:
                    if connection.is_closed():
                        raise DependencyAwayError("postgres", error) from None
                    raise

    async def close(self) -> None:
        """Close every connection; one that hangs is cut."""
        if self._pool is not None:
            self._pool.terminate()

    async def _connected(self) -> "asyncpg.Pool[asyncpg.Record]":
        if self._pool is None:
            self._pool = asyncpg.create_pool(
                host=self._address.host,
                port=self._address.port,
                user=self._address.user,
                password=self._password(),
                database=self._address.database,
                min_size=0,
                max_size=CONNECTIONS,
                timeout=CONNECT_SECONDS,
                command_timeout=STATEMENT_SECONDS,
                server_settings={
                    "application_name": self._application,
                    # A worker that froze in mid-transaction must not keep its partitions from the next owner.
                    "transaction_timeout": f"{self._transaction_milliseconds}ms",
                },
            )
            await self._pool
        return self._pool

    def _password(self) -> str:
        try:
            return self._address.password_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise RefusedError(
                f"the password file {self._address.password_file} cannot be read ({error.strerror}): "
                "check KM_POSTGRES_PASSWORD_FILE"
            ) from None
