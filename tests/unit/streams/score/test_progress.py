"""Which seqs have come."""

from hypothesis import given
from hypothesis import strategies as st

from km_streams.score.progress import RANGES_LIMIT, accept, is_repeat
from km_streams.score.state import RunState


@given(st.lists(st.integers(1, 40), max_size=60))
def test_a_seq_is_a_repeat_exactly_if_it_came_before(seqs: list[int]) -> None:
    run, came = RunState(), set()
    for seq in seqs:
        assert is_repeat(run, seq) == (seq in came)
        if seq not in came:
            accept(run, seq)
            came.add(seq)
    assert run.missing == sorted(run.missing)
    assert {seq for first, end in run.missing for seq in range(first, end)} == set(range(1, run.next_seq)) - came


def test_of_very_many_gaps_the_oldest_are_given_up() -> None:
    run = RunState()
    for seq in range(2, 4 * RANGES_LIMIT, 2):
        accept(run, seq)
    assert len(run.missing) == RANGES_LIMIT
    assert is_repeat(run, 1)
    assert not is_repeat(run, 4 * RANGES_LIMIT - 3)
