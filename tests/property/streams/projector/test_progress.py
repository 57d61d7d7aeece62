"""Progress against the set of seqs that it stands for."""

from hypothesis import given
from hypothesis import strategies as st

from km_streams.projector.progress import Progress


@given(st.lists(st.integers(1, 30), max_size=60))
def test_progress_accepts_each_seq_once_and_knows_what_is_missing(seqs: list[int]) -> None:
    progress = Progress()
    seen: set[int] = set()
    for seq in seqs:
        assert (progress.judge(seq) == "repeat") == (seq in seen)
        progress = progress.after(seq)
        seen.add(seq)
    missing = {seq for first, end in progress.missing for seq in range(first, end)}
    assert progress.next_seq == max(seen, default=0) + 1
    assert missing == set(range(1, progress.next_seq)) - seen
    assert all(first < end for first, end in progress.missing)
    assert list(progress.missing) == sorted(progress.missing)
