"""The process tree, as /proc tells it."""

import os

from km.wrapper.linux import descendants, parent_in_stat, process_ancestors, process_parents


def test_the_parent_is_found_behind_any_name() -> None:
    assert parent_in_stat(b"42 (a (b) c) S 1) S 7 42 42 0 -1") == 7


def test_descendants_are_found_through_all_levels() -> None:
    parents = {2: 1, 3: 2, 4: 3, 5: 1, 6: 99}
    assert sorted(descendants(parents, 1)) == [2, 3, 4, 5]
    assert descendants(parents, 4) == []


def test_this_process_stands_below_its_parent() -> None:
    assert process_parents()[os.getpid()] == os.getppid()
    pids = [pid for pid, _ in process_ancestors(os.getpid())]
    assert pids[0] == os.getppid()
