"""From wake-ups to browsers: one question per customer, its answer to every browser of the customer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Protocol
from uuid import UUID

import structlog

from km_services.query.answers.calls import Call, Update
from km_services.query.live.outbox import LiveEvent, Outbox
from km_services.query.live.positions import Positions
from km_services.query.live.wake_ups import WakeUps
from km_services.query.problems import Problem

CALLS_PER_UPDATE: Final = 100
"""A partition; more wait for the next update."""
CALLS_TO_CATCH_UP: Final = 200
"""A partition; who is further behind starts again with `reset`."""
OUTBOXES_MAX: Final = 256
LOOK_SECONDS: Final = 15.0
"""Without a wake-up each customer is asked about this often, should one have been lost."""

_log = structlog.get_logger("km_services.query.live")


@dataclass(frozen=True, slots=True)
class News:
    """Calls that ended, how far they reach, and how far there is to reach."""

    calls: list[Call]
    reached: Positions
    newest: Positions


class LiveSource(Protocol):
    """What the hub asks the database; raises Problem where it is away."""

    async def newest(self, customer_id: UUID) -> Positions:
        """The newest positions of the active generation."""

    async def news(self, customer_id: UUID, after: Positions, limit: int, upto: Positions | None = None) -> News:
        """Calls behind `after`, about `limit` a partition; none where `after` does not fit the newest positions."""


@dataclass(slots=True)
class Audience:
    """The browsers of one customer, and how far they have all been told."""

    positions: Positions
    outboxes: list[Outbox] = field(default_factory=list)


class Hub:
    """Who listens, and what they are told. Belongs to one event loop."""

    def __init__(self, source: LiveSource, *, on_reset: Callable[[], None] = lambda: None) -> None:
        self._source = source
        self._on_reset = on_reset
        self._audiences: dict[UUID, Audience] = {}
        self._wake_ups = WakeUps()
        self._woken = asyncio.Event()
        self._closed = False

    @property
    def outboxes(self) -> int:
        """How many browsers listen."""
        return sum(len(audience.outboxes) for audience in self._audiences.values())

    def wake(self, customer_id: UUID) -> None:
        """Something of the customer changed."""
        if customer_id in self._audiences:
            self._wake_ups.note(customer_id, monotonic())
            self._woken.set()

    def wake_all(self) -> None:
        """Something may have changed unseen."""
        for customer_id in self._audiences:
            self.wake(customer_id)

    def tell_away(self) -> None:
        """Postgres is away; an update tells when it is back."""
        for audience in self._audiences.values():
            self._publish(audience, LiveEvent("away", "{}", None))

    def close(self) -> None:
        """End every stream, now and to come."""
        self._closed = True
        for audience in self._audiences.values():
            for outbox in audience.outboxes:
                outbox.close()

    @asynccontextmanager
    async def listening(self, customer_id: UUID, seen: Positions | None) -> AsyncIterator[Outbox]:
        """An outbox for one browser, beginning behind what it has `seen`. Raises Problem (503)."""
        if self._closed or self.outboxes >= OUTBOXES_MAX:
            raise Problem(503, "too_many_streams", "Too many pages listen; this one asks now and then.", retry_after=30)
        newest = await self._source.newest(customer_id)
        audience = self._audiences.setdefault(customer_id, Audience(newest))
        outbox = Outbox()
        # Nothing is awaited between taking these positions and joining: what comes behind them reaches the outbox.
        joined_at = audience.positions
        audience.outboxes.append(outbox)
        try:
            outbox.begin_with(await self._opening(customer_id, seen, joined_at))
            yield outbox
        finally:
            audience.outboxes.remove(outbox)
            if not audience.outboxes:
                self._audiences.pop(customer_id, None)

    async def run(self) -> None:
        """Answer wake-ups for ever."""
        while True:
            self._woken.clear()
            for customer_id in self._wake_ups.take_due(monotonic()):
                await self._refresh(customer_id)
            await self._rest()

    async def _rest(self) -> None:
        due = self._wake_ups.next_due()
        patience = LOOK_SECONDS if due is None else max(0.0, due - monotonic())
        try:
            await asyncio.wait_for(self._woken.wait(), patience)
        except TimeoutError:
            if due is None:
                self.wake_all()

    async def _opening(self, customer_id: UUID, seen: Positions | None, joined_at: Positions) -> list[LiveEvent]:
        ready, reset = LiveEvent("ready", "{}", joined_at), LiveEvent("reset", "{}", joined_at)
        if seen is None:
            return [ready]
        if not seen.fits(joined_at):
            return [ready, reset]
        missed = await self._source.news(customer_id, seen, CALLS_TO_CATCH_UP, upto=joined_at)
        return [ready, reset if missed.reached.is_behind(joined_at) else _update(missed.calls, joined_at)]

    async def _refresh(self, customer_id: UUID) -> None:
        audience = self._audiences.get(customer_id)
        if audience is None:
            return
        try:
            event = await self._news(customer_id, audience)
        except Problem as problem:
            _log.warning("no update", error=problem.error.code)
            return
        self._publish(audience, event)

    async def _news(self, customer_id: UUID, audience: Audience) -> LiveEvent:
        news = await self._source.news(customer_id, audience.positions, CALLS_PER_UPDATE)
        if not news.newest.fits(audience.positions):
            audience.positions = news.newest
            return LiveEvent("reset", "{}", news.newest)
        audience.positions = news.reached
        if news.reached.is_behind(news.newest):
            self.wake(customer_id)
        return _update(news.calls, news.reached)

    def _publish(self, audience: Audience, event: LiveEvent) -> None:
        for outbox in audience.outboxes:
            if not outbox.put(event):
                self._on_reset()


def _update(calls: list[Call], positions: Positions) -> LiveEvent:
    return LiveEvent("update", Update(calls=calls).model_dump_json(), positions)
