"""Live updates over a real LISTEN connection and a real stream."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from km_local.testing import Stack
from km_services.testing.recorded import Recorded

DEADLINE = 20.0


def opened_seqs(heard: Any) -> list[int]:
    return [call["opened_seq"] for call in heard.data["calls"]]


async def test_a_call_that_ends_comes_by_itself(listen: Callable[..., Any], recorded: Recorded) -> None:
    run_id = await recorded.run()
    async with asyncio.timeout(DEADLINE), listen() as stream:
        ready = await stream.next()
        assert (ready.event, ready.id) == ("ready", "g1:-1.-1.-1.-1")
        await recorded.call(run_id, target="git_log", wake=True)
        update = await stream.until("update")
        assert [call["target"] for call in update.data["calls"]] == ["git_log"]
        assert update.id == "g1:1.-1.-1.-1"


async def test_who_comes_back_hears_what_ended_meanwhile_exactly_once(
    listen: Callable[..., Any], recorded: Recorded
) -> None:
    run_id = await recorded.run()
    async with asyncio.timeout(DEADLINE):
        async with listen() as stream:
            await stream.next()
            await recorded.call(run_id, wake=True)
            seen = (await stream.until("update")).id
        for partition in (0, 1, 3):
            await recorded.call(run_id, raw_partition=partition, wake=True)
        async with listen(seen) as stream:
            assert (await stream.next()).event == "ready"
            assert sorted(opened_seqs(await stream.next())) == [4, 6, 8]
            await recorded.call(run_id, wake=True)
            assert opened_seqs(await stream.until("update")) == [10]


async def test_calls_that_one_event_closed_are_never_cut_apart(listen: Callable[..., Any], recorded: Recorded) -> None:
    run_id = await recorded.run()
    async with asyncio.timeout(DEADLINE), listen() as stream:
        await stream.next()
        for item in range(250):
            await recorded.call(run_id, item=item, raw_offset=7)
        await recorded.wake()
        heard = 0
        while heard < 250:
            heard += len((await stream.until("update")).data["calls"])
        assert heard == 250


async def test_the_news_of_another_customer_wakes_nobody_else(listen: Callable[..., Any], recorded: Recorded) -> None:
    theirs = Recorded(recorded.connection, customer_id=UUID(int=7), next_offset=100)
    run_id, their_run = await recorded.run(), await theirs.run()
    async with asyncio.timeout(DEADLINE), listen() as stream:
        await stream.next()
        await theirs.call(their_run, wake=True)
        await recorded.call(run_id, wake=True)
        assert opened_seqs(await stream.until("update")) == [2]


async def test_postgres_killed_and_back_is_told_and_nothing_is_missed(
    listen: Callable[..., Any], recorded: Recorded, stack: Stack
) -> None:
    run_id = await recorded.run()
    async with asyncio.timeout(3 * DEADLINE), listen() as stream:
        await stream.next()
        await asyncio.to_thread(stack.postgres.kill)
        assert (await stream.until("away")).event == "away"
        await asyncio.to_thread(stack.postgres.restart)
        await _record_again(stack, run_id)
        while True:
            update = await stream.until("update")
            if update.data["calls"]:
                break
        assert opened_seqs(update) == [2]


async def _record_again(stack: Stack, run_id: UUID) -> None:
    from km_services.testing.recorded import recording

    password = stack.password("km_projector")
    async with recording(host=stack.host, port=stack.port, database=stack.database, password=password) as again:
        await again.call(run_id, wake=True)
