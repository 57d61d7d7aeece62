"""Waiting for a dependency that is away: the work is kept and tried again until it is done or the worker stops."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import structlog

from km_streams.engine.errors import Dependency, DependencyAwayError, StoppingError
from km_streams.engine.metrics import Metrics
from km_streams.engine.watchdog import Watchdog

T = TypeVar("T")

FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 2.0
LONG_SECONDS: Final = 3.0
"""An answer that takes longer is being waited for."""

_log = structlog.get_logger(__name__)


class Patience:
    """Tries again. `away` names the dependencies that did not answer last time."""

    def __init__(self, watchdog: Watchdog, metrics: Metrics) -> None:
        self.away: set[str] = set()
        self._watchdog = watchdog
        self._metrics = metrics
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Wait no longer: whoever waits gets StoppingError."""
        self._stopping.set()

    async def insist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """What `attempt` gives once its dependency answers; other errors pass. StoppingError when told to stop."""
        try:
            return await attempt()
        except DependencyAwayError as error:
            self._missing(error)
            with self._watchdog.declared_wait():
                return await self._until_done(attempt, error)

    async def outlast(self, answer: asyncio.Future[T], dependency: Dependency) -> T:
        """What `answer` gives; when it takes long, the wait for its dependency is declared. StoppingError as above."""
        await asyncio.wait((answer,), timeout=LONG_SECONDS)
        if not answer.done():
            missing = DependencyAwayError(dependency)
            self._missing(missing)
            with self._watchdog.declared_wait():
                await self._done_or_stopping(answer)
            self._back(missing)
        return answer.result()

    async def _done_or_stopping(self, answer: asyncio.Future[T]) -> None:
        stopping = asyncio.ensure_future(self._stopping.wait())
        either: tuple[asyncio.Future[Any], ...] = (answer, stopping)
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if not answer.done():
            answer.cancel()
            raise StoppingError

    async def _until_done(self, attempt: Callable[[], Awaitable[T]], missing: DependencyAwayError) -> T:
        pause = FIRST_PAUSE_SECONDS
        while True:
            await self._rest(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            try:
                done = await attempt()
            except DependencyAwayError as error:
                missing = error
                self._missing(error)
                continue
            self._back(missing)
            return done

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise StoppingError

    def _missing(self, error: DependencyAwayError) -> None:
        if error.dependency not in self.away:
            _log.warning("away: trying again until it answers", dependency=error.dependency, cause=str(error))
        self.away.add(error.dependency)
        self._metrics.away(error.dependency, away=True)

    def _back(self, error: DependencyAwayError) -> None:
        # One answer stands for all: the next attempt says so where another dependency is away still.
        for dependency in sorted(self.away):
            self._metrics.away(dependency, away=False)
        self.away.clear()
        _log.info("back", dependency=error.dependency)
