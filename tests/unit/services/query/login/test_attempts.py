"""Slowing down guesses."""

from km_services.query.login.attempts import ADDRESSES_MAX, FAILURES_MAX, WINDOW_SECONDS, Attempts


def failing(attempts: Attempts, address: str, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        attempts.failed(address, now)


def test_an_address_waits_after_too_many_failures_and_no_longer_than_the_window() -> None:
    attempts = Attempts()
    failing(attempts, "a", FAILURES_MAX - 1)
    assert attempts.wait_seconds("a", 1.0) == 0
    failing(attempts, "a", 1)
    assert attempts.wait_seconds("a", 1.0) == WINDOW_SECONDS - 1
    assert attempts.wait_seconds("a", WINDOW_SECONDS) == 0


def test_an_address_does_not_wait_for_another() -> None:
    attempts = Attempts()
    failing(attempts, "a", FAILURES_MAX)
    assert attempts.wait_seconds("b", 1.0) == 0


def test_a_success_forgets_failures() -> None:
    attempts = Attempts()
    failing(attempts, "a", FAILURES_MAX - 1)
    attempts.succeeded("a")
    failing(attempts, "a", 1)
    assert attempts.wait_seconds("a", 1.0) == 0


def test_failures_of_an_old_window_do_not_count() -> None:
    attempts = Attempts()
    failing(attempts, "a", FAILURES_MAX - 1)
    failing(attempts, "a", 1, now=WINDOW_SECONDS)
    assert attempts.wait_seconds("a", WINDOW_SECONDS) == 0


def test_memory_is_bounded() -> None:
    attempts = Attempts()
    for number in range(ADDRESSES_MAX + 10):
        attempts.failed(str(number), 0.0)
    assert len(attempts._failures) == ADDRESSES_MAX
