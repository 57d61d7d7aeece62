"""Positions as the ids of live events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from km_services.query.live.positions import OFFSET_MAX, Positions, parse_positions

offsets = st.lists(st.integers(-1, OFFSET_MAX), min_size=1, max_size=16).map(tuple)


@given(st.integers(1, 999_999_999), offsets)
def test_positions_come_back_as_they_went_out(generation: int, seen: tuple[int, ...]) -> None:
    positions = Positions(generation, seen)
    assert parse_positions(str(positions)) == positions


@given(st.text())
def test_any_other_text_is_none_or_says_the_same_again(text: str) -> None:
    positions = parse_positions(text)
    assert positions is None or parse_positions(str(positions)) == positions


@pytest.mark.parametrize("text", ["", "g1", "g1:", "g0:1", "g1:-2", "g1:9223372036854775808", "g1:1.", "1:1", "g1:1\n"])
def test_a_text_that_is_no_position_is_none(text: str) -> None:
    assert parse_positions(text) is None


def test_positions_are_behind_where_another_has_seen_more_of_one_partition() -> None:
    assert Positions(1, (5, 5)).is_behind(Positions(1, (4, 6)))
    assert not Positions(1, (5, 5)).is_behind(Positions(1, (5, 4)))


def test_positions_of_another_generation_or_count_do_not_fit() -> None:
    assert Positions(1, (1, 2)).fits(Positions(1, (3, 4)))
    assert not Positions(1, (1, 2)).fits(Positions(2, (1, 2)))
    assert not Positions(1, (1, 2)).fits(Positions(1, (1,)))
