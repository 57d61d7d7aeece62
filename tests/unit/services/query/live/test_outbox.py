"""What waits for one browser."""

import asyncio

from km_services.query.live.outbox import LiveEvent, Outbox
from km_services.query.live.positions import Positions

PATIENCE = 5.0


def update(offset: int) -> LiveEvent:
    return LiveEvent("update", "{}", Positions(1, (offset,)))


async def test_events_are_taken_in_order() -> None:
    outbox = Outbox()
    outbox.put(update(1))
    outbox.put(update(2))
    outbox.begin_with([update(-1), update(0)])
    taken = [await outbox.take(PATIENCE) for _ in range(4)]
    assert taken == [update(-1), update(0), update(1), update(2)]


async def test_nothing_within_the_patience_is_none() -> None:
    outbox = Outbox()
    assert await outbox.take(0.001) is None
    assert not outbox.is_over


async def test_who_waits_gets_the_event_that_comes() -> None:
    outbox = Outbox()
    taking = asyncio.create_task(outbox.take(PATIENCE))
    await asyncio.sleep(0)
    outbox.put(update(1))
    assert await taking == update(1)


async def test_a_slow_browser_gets_one_reset_with_the_newest_position() -> None:
    outbox = Outbox(limit=2)
    assert outbox.put(update(1))
    assert outbox.put(update(2))
    assert not outbox.put(update(3))
    assert await outbox.take(PATIENCE) == LiveEvent("reset", "{}", Positions(1, (3,)))
    assert outbox.put(update(4))
    assert await outbox.take(PATIENCE) == update(4)


async def test_a_closed_outbox_ends_behind_what_waits() -> None:
    outbox = Outbox()
    outbox.put(update(1))
    outbox.close()
    assert not outbox.is_over
    assert await outbox.take(PATIENCE) == update(1)
    assert await outbox.take(PATIENCE) is None


async def test_a_closed_outbox_without_events_is_over() -> None:
    outbox = Outbox()
    outbox.close()
    assert outbox.is_over


async def test_closing_wakes_who_waits() -> None:
    outbox = Outbox()
    taking = asyncio.create_task(outbox.take(PATIENCE))
    await asyncio.sleep(0)
    outbox.close()
    assert await asyncio.wait_for(taking, PATIENCE / 2) is None
