"""From wake-ups to browsers, over a source of plain numbers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest

from km_services.query.answers.calls import Call
from km_services.query.live.hub import CALLS_TO_CATCH_UP, Hub, News
from km_services.query.live.outbox import WAITING_MAX, LiveEvent, Outbox
from km_services.query.live.positions import Positions
from km_services.query.problems import Problem

CUSTOMER, OTHER = UUID(int=1), UUID(int=2)
DEADLINE = 10.0


class NumberedCalls:
    """One partition, one call at each offset up to `newest_offset`."""

    def __init__(self) -> None:
        self.generation, self.newest_offset, self.asked, self.away = 1, -1, 0, False
        self.was_asked = asyncio.Event()

    async def newest(self, customer_id: UUID) -> Positions:
        return Positions(self.generation, (self.newest_offset,))

    async def news(self, customer_id: UUID, after: Positions, limit: int, upto: Positions | None = None) -> News:
        self.asked += 1
        self.was_asked.set()
        if self.away:
            raise Problem(503, "database_away", "")
        newest = await self.newest(customer_id)
        if not after.fits(newest):
            return News([], after, newest)
        last = min((upto or newest).offsets[0], after.offsets[0] + limit)
        calls = [call_at(offset) for offset in range(after.offsets[0] + 1, last + 1)]
        return News(calls, Positions(self.generation, (max(last, after.offsets[0]),)), newest)


def call_at(offset: int) -> Call:
    moment = datetime.fromtimestamp(offset, UTC)
    return Call(
        run_id=UUID(int=offset), opened_seq=offset, item=0, closed_seq=offset, server="", direction="client_to_server",
        rpc_id="1", method="ping", target=None, opened_at=moment, closed_at=moment, outcome="ok", error_code=None,
        duration_us=1, waited_us=0, request_bytes=1, response_bytes=1, score=0, level="none", findings=0,
        cost_nanodollars=0,
    )  # fmt: skip


@asynccontextmanager
async def running(hub: Hub) -> AsyncIterator[None]:
    task = asyncio.create_task(hub.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def take(outbox: Outbox) -> LiveEvent:
    event = await outbox.take(DEADLINE)
    assert event is not None, f"no event within {DEADLINE} s"
    return event


def seqs(event: LiveEvent) -> list[int]:
    return [call["opened_seq"] for call in json.loads(event.data)["calls"]]


async def test_a_wake_up_brings_the_calls_since_then() -> None:
    source = NumberedCalls()
    source.newest_offset = 4
    hub = Hub(source)
    async with running(hub), hub.listening(CUSTOMER, None) as outbox:
        assert await take(outbox) == LiveEvent("ready", "{}", Positions(1, (4,)))
        source.newest_offset = 6
        hub.wake(CUSTOMER)
        event = await take(outbox)
        assert (event.name, seqs(event), event.positions) == ("update", [5, 6], Positions(1, (6,)))


async def test_who_comes_back_gets_what_it_missed_once() -> None:
    source = NumberedCalls()
    source.newest_offset = 9
    hub = Hub(source)
    async with running(hub), hub.listening(CUSTOMER, Positions(1, (6,))) as outbox:
        assert (await take(outbox)).name == "ready"
        assert seqs(await take(outbox)) == [7, 8, 9]
        source.newest_offset = 10
        hub.wake(CUSTOMER)
        assert seqs(await take(outbox)) == [10]


async def test_who_is_too_far_behind_starts_again() -> None:
    source = NumberedCalls()
    source.newest_offset = CALLS_TO_CATCH_UP + 5
    async with Hub(source).listening(CUSTOMER, Positions(1, (0,))) as outbox:
        assert [(await take(outbox)).name, (await take(outbox)).name] == ["ready", "reset"]


async def test_who_comes_from_another_generation_starts_again() -> None:
    async with Hub(NumberedCalls()).listening(CUSTOMER, Positions(2, (0,))) as outbox:
        assert [(await take(outbox)).name, (await take(outbox)).name] == ["ready", "reset"]


async def test_a_promotion_is_a_reset_for_everybody() -> None:
    source = NumberedCalls()
    hub = Hub(source)
    async with running(hub), hub.listening(CUSTOMER, None) as outbox:
        await take(outbox)
        source.generation = 2
        hub.wake(CUSTOMER)
        assert await take(outbox) == LiveEvent("reset", "{}", Positions(2, (-1,)))


async def test_one_question_serves_every_browser_of_a_customer() -> None:
    source = NumberedCalls()
    hub = Hub(source)
    async with running(hub), hub.listening(CUSTOMER, None) as one, hub.listening(CUSTOMER, None) as other:
        await take(one)
        await take(other)
        source.newest_offset = 0
        hub.wake(CUSTOMER)
        assert await take(one) == await take(other)
        assert source.asked == 1


async def test_a_customer_without_browsers_is_not_asked_about() -> None:
    source = NumberedCalls()
    hub = Hub(source)
    async with running(hub):
        async with hub.listening(CUSTOMER, None) as outbox:
            await take(outbox)
            hub.wake(OTHER)
            hub.wake(CUSTOMER)
            await take(outbox)
        hub.wake(CUSTOMER)
        assert hub.outboxes == 0
        assert source.asked == 1


async def test_what_happened_while_postgres_was_away_comes_when_it_is_back() -> None:
    source = NumberedCalls()
    hub = Hub(source)
    async with running(hub), hub.listening(CUSTOMER, None) as outbox:
        await take(outbox)
        hub.tell_away()
        assert (await take(outbox)).name == "away"
        source.newest_offset, source.away = 0, True
        hub.wake(CUSTOMER)
        await asyncio.wait_for(source.was_asked.wait(), DEADLINE)
        source.away = False
        hub.wake_all()
        assert seqs(await take(outbox)) == [0]


async def test_more_calls_than_one_update_takes_follow_in_the_next() -> None:
    source = NumberedCalls()
    hub = Hub(source)
    async with running(hub), hub.listening(CUSTOMER, None) as outbox:
        await take(outbox)
        source.newest_offset = 149
        hub.wake(CUSTOMER)
        assert seqs(await take(outbox)) + seqs(await take(outbox)) == list(range(150))


async def test_a_closed_hub_ends_its_streams_and_takes_no_more() -> None:
    hub = Hub(NumberedCalls())
    async with hub.listening(CUSTOMER, None) as outbox:
        await take(outbox)
        hub.close()
        assert outbox.is_over
    with pytest.raises(Problem, match="Too many"):
        async with hub.listening(CUSTOMER, None):
            pass


async def test_a_browser_that_takes_nothing_gets_a_reset_and_is_counted_while_another_hears_all() -> None:
    resets: list[None] = []
    hub = Hub(NumberedCalls(), on_reset=lambda: resets.append(None))
    async with hub.listening(CUSTOMER, None) as slow, hub.listening(CUSTOMER, None) as quick:
        for _ in range(WAITING_MAX + 1):
            hub.tell_away()
            assert (await take(quick)).name in {"ready", "away"}
        assert (await take(slow)).name == "reset"
        assert len(resets) == 1
