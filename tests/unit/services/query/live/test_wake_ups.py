"""Merging wake-ups."""

from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from km_services.query.live.wake_ups import WakeUps

ONE, OTHER = UUID(int=1), UUID(int=2)
INTERVAL = 0.25


def test_the_first_wake_up_is_due_at_once() -> None:
    wake_ups = WakeUps(INTERVAL)
    wake_ups.note(ONE, 10.0)
    assert wake_ups.take_due(10.0) == [ONE]
    assert wake_ups.next_due() is None


def test_those_behind_it_are_one_and_wait_for_the_interval() -> None:
    wake_ups = WakeUps(INTERVAL)
    wake_ups.note(ONE, 10.0)
    wake_ups.take_due(10.0)
    for moment in (10.01, 10.1, 10.2):
        wake_ups.note(ONE, moment)
        assert wake_ups.take_due(moment) == []
    assert wake_ups.next_due() == 10.0 + INTERVAL
    assert wake_ups.take_due(10.0 + INTERVAL) == [ONE]
    assert wake_ups.take_due(11.0) == []


def test_customers_do_not_wait_for_each_other() -> None:
    wake_ups = WakeUps(INTERVAL)
    wake_ups.note(ONE, 10.0)
    wake_ups.take_due(10.0)
    wake_ups.note(OTHER, 10.1)
    assert wake_ups.take_due(10.1) == [OTHER]


@given(st.lists(st.floats(0, 5), min_size=1).map(sorted))
def test_nobody_is_asked_about_twice_within_the_interval_and_no_wake_up_is_lost(moments: list[float]) -> None:
    wake_ups, asked = WakeUps(INTERVAL), []
    for moment in moments:
        wake_ups.note(ONE, moment)
        asked += [moment] * len(wake_ups.take_due(moment))
    last = wake_ups.next_due()
    if last is not None:
        asked += [last] * len(wake_ups.take_due(last))
    assert asked[-1] >= moments[-1]
    assert all(later - earlier >= INTERVAL * 0.999 for earlier, later in pairwise(asked))
