"""When a worker counts as stuck."""

import threading

import pytest

from km_streams.engine.watchdog import EXIT_CODE, Progress, Watchdog


@pytest.fixture
def progress() -> Progress:
    return Progress(limit_seconds=10, now=0)


def test_without_work_nothing_is_stuck(progress: Progress) -> None:
    assert not progress.stuck(1000)


def test_lag_without_progress_is_stuck_after_the_limit(progress: Progress) -> None:
    progress.lag(100, 5)
    assert not progress.stuck(109)
    assert progress.stuck(111)


def test_progress_starts_the_clock_anew(progress: Progress) -> None:
    progress.lag(0, 5)
    progress.made(9)
    assert not progress.stuck(18)
    assert progress.stuck(20)


def test_a_batch_that_takes_too_long_is_stuck_whatever_the_lag(progress: Progress) -> None:
    progress.busy(0, busy=True)
    assert progress.stuck(11)


def test_declared_waits_do_not_count(progress: Progress) -> None:
    progress.busy(0, busy=True)
    progress.wait()
    assert not progress.stuck(1000)
    progress.waited(1000)
    assert not progress.stuck(1009)
    assert progress.stuck(1011)


def test_lag_that_stays_does_not_start_the_clock_anew(progress: Progress) -> None:
    progress.lag(0, 5)
    progress.lag(9, 6)
    assert progress.stuck(11)


def test_a_blocked_thread_is_noticed_by_another() -> None:
    ended = threading.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    watchdog = Watchdog(0.05, end)
    watchdog.start()
    with watchdog.working():
        assert ended.wait(10)
    assert codes == [EXIT_CODE]


def test_a_closed_watchdog_ends_nothing() -> None:
    codes: list[int] = []
    watchdog = Watchdog(0.01, codes.append)
    watchdog.close()
    watchdog.start()
    with watchdog.working():
        watchdog._thread.join(10)
    assert codes == []
