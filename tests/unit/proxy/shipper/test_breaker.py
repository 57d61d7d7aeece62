"""How long the destination is left alone."""

from km.shipper.breaker import LONGEST_WAIT, Breaker


def test_waits_double_up_to_a_limit() -> None:
    breaker = Breaker(lambda: 0.0)
    assert [breaker.failed() for _ in range(7)] == [0.2, 0.4, 0.8, 1.6, 3.2, LONGEST_WAIT, LONGEST_WAIT]


def test_after_years_of_failures_the_wait_is_still_the_longest() -> None:
    breaker = Breaker(lambda: 0.0)
    assert max(breaker.failed() for _ in range(5000)) == LONGEST_WAIT


def test_a_success_closes_it() -> None:
    breaker = Breaker(lambda: 0.0)
    states = [breaker.is_open]
    breaker.failed()
    states.append(breaker.is_open)
    breaker.succeeded()
    assert [*states, breaker.is_open] == [False, True, False]
    assert breaker.failed() == 0.2


def test_chance_takes_up_to_a_half() -> None:
    assert Breaker(lambda: 0.5).failed() == 0.2 * 0.75
