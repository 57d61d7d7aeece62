"""Which seqs of a run have been projected."""

from km_streams.projector.progress import Progress


def test_seqs_in_order_leave_nothing_missing() -> None:
    assert Progress().after(1).after(2) == Progress(next_seq=3)


def test_a_jump_leaves_a_gap_that_late_seqs_fill() -> None:
    progress = Progress().after(1).after(6)
    assert progress == Progress(7, ((2, 6),))
    assert [progress.judge(seq) for seq in (1, 2, 5, 6, 7, 9)] == ["repeat", "late", "late", "repeat", "new", "new"]
    assert progress.after(3) == Progress(7, ((2, 3), (4, 6)))
    assert progress.after(2).after(5).after(3).after(4) == Progress(7)


def test_a_repeat_changes_nothing() -> None:
    progress = Progress(7, ((2, 6),))
    assert progress.after(1) is progress


def test_missing_ranges_are_written_as_a_multirange() -> None:
    assert Progress().as_multirange() == "{}"
    assert Progress(9, ((2, 3), (5, 8))).as_multirange() == "{[2,3),[5,8)}"
