"""The one LISTEN connection of a process: wake-ups as they come, and a new connection whenever it is lost."""

import asyncio
import random
from collections.abc import Callable
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from km_schemas.read_models import LIVE_CHANNEL
from km_services.query.database import AWAY, Database

PROBE_SECONDS: Final = 10.0
BACKOFF_SECONDS: Final = (0.2, 3.0)

_log = structlog.get_logger("km_services.query.live")


class Listener:
    """Runs until cancelled. NOTIFY is only a wake-up: whoever reconnects asks for everything it may have missed."""

    def __init__(
        self,
        database: Database,
        *,
        on_wake: Callable[[UUID], None],
        on_connected: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._database = database
        self._on_wake = on_wake
        self._on_connected = on_connected
        self._on_lost = on_lost

    async def run(self) -> None:
        """Listen for ever; the waits between tries double."""
        wait = BACKOFF_SECONDS[0]
        while True:
            if await self._listen_once():
                wait = BACKOFF_SECONDS[0]
                self._on_lost()
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - spreading retries is no secret
            wait = min(2 * wait, BACKOFF_SECONDS[1])

    async def _listen_once(self) -> bool:
        """Whether there was a connection; returns when it is lost."""
        connected = False
        connection: asyncpg.Connection[asyncpg.Record] | None = None
        try:
            connection = await self._database.connect_listener()
            await connection.add_listener(LIVE_CHANNEL, self._notified)
            connected = True
            _log.info("listening")
            self._on_connected()
            await self._watch(connection)
        except AWAY as error:
            _log.warning("not listening", error=type(error).__name__)
        finally:
            if connection is not None:
                connection.terminate()
        return connected

    async def _watch(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Until the connection ends; a half-open one is found by asking."""
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        while not connection.is_closed():
            try:
                await asyncio.wait_for(lost.wait(), PROBE_SECONDS)
            except TimeoutError:
                await connection.execute("SELECT 1")

    def _notified(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        try:
            customer_id = UUID(str(payload))
        except ValueError:
            _log.warning("wake-up without a customer")
            return
        self._on_wake(customer_id)
