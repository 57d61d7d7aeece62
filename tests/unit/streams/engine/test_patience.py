"""Waiting for what is away."""

import asyncio

import pytest

from km_streams.engine import patience as module
from km_streams.engine.errors import DependencyAwayError, StoppingError
from km_streams.engine.metrics import Metrics
from km_streams.engine.patience import Patience
from km_streams.engine.watchdog import Watchdog


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Patience:
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(module, "LONG_SECONDS", 0.001)
    return Patience(Watchdog(60), Metrics("test"))


async def test_the_same_work_is_tried_until_it_is_done(patience: Patience) -> None:
    failures = [DependencyAwayError("broker"), DependencyAwayError("postgres")]
    seen: list[set[str]] = []

    async def attempt() -> str:
        seen.append(set(patience.away))
        if failures:
            raise failures.pop(0)
        return "done"

    assert await patience.insist(attempt) == "done"
    assert seen == [set(), {"broker"}, {"broker", "postgres"}]
    assert patience.away == set()


async def test_other_errors_pass_at_once(patience: Patience) -> None:
    async def attempt() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        await patience.insist(attempt)


async def test_being_asked_to_stop_ends_a_wait_but_not_a_first_attempt(patience: Patience) -> None:
    async def fails() -> None:
        raise DependencyAwayError("postgres")

    async def succeeds() -> int:
        return 1

    patience.stop()
    assert await patience.insist(succeeds) == 1
    with pytest.raises(StoppingError):
        await patience.insist(fails)


async def test_a_late_answer_is_declared_and_then_taken(patience: Patience) -> None:
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(patience.outlast(answer, "broker"))
    while "broker" not in patience.away:  # noqa: ASYNC110 - it has no event to wait for
        await asyncio.sleep(0)
    answer.set_result(7)
    assert await waiting == 7
    assert patience.away == set()


async def test_being_asked_to_stop_ends_the_wait_for_an_answer(patience: Patience) -> None:
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    patience.stop()
    with pytest.raises(StoppingError):
        await patience.outlast(answer, "broker")
