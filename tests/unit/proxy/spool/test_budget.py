"""All runs of a spool together take no more than they may."""

from pathlib import Path

import pytest

from km.spool.budget import DEFAULT_LIMIT, Budget, spool_bytes, spool_limit, write_limit

MEGABYTE = 1 << 20


def allocate(spool: Path, run: str, size: int) -> None:
    (spool / run).mkdir(exist_ok=True)
    with (spool / run / f"in-{len(list((spool / run).iterdir()))}").open("wb") as file:
        file.truncate(size)


def test_a_run_may_take_until_the_spool_is_full(tmp_path: Path) -> None:
    budget, taken = Budget(str(tmp_path), 10 * MEGABYTE), 0
    while budget.take(MEGABYTE):
        allocate(tmp_path, "run", MEGABYTE)
        taken += 1
    assert taken == 10


def test_what_other_runs_take_counts(tmp_path: Path) -> None:
    allocate(tmp_path, "other", 8 * MEGABYTE)
    budget = Budget(str(tmp_path), 10 * MEGABYTE)
    assert not budget.take(3 * MEGABYTE)
    assert budget.take(2 * MEGABYTE)


def test_ten_runs_at_once_stay_close_to_the_limit(tmp_path: Path) -> None:
    budgets = [Budget(str(tmp_path), 100 * MEGABYTE) for _ in range(10)]
    for _ in range(50):
        for number, budget in enumerate(budgets):
            if budget.take(MEGABYTE):
                allocate(tmp_path, f"run-{number}", MEGABYTE)
    assert 100 * MEGABYTE <= spool_bytes(str(tmp_path)) <= 110 * MEGABYTE


def test_room_comes_back_when_runs_are_removed(tmp_path: Path) -> None:
    allocate(tmp_path, "other", 10 * MEGABYTE)
    budget = Budget(str(tmp_path), 10 * MEGABYTE)
    assert not budget.take(MEGABYTE)
    (tmp_path / "other" / "in-0").unlink()
    assert budget.take(MEGABYTE)


@pytest.mark.parametrize(
    ("variable", "file", "limit"),
    [("", None, DEFAULT_LIMIT), ("", 7, 7), ("9", 7, 9), ("much", 7, 7), ("-1", None, DEFAULT_LIMIT)],
)
def test_the_variable_stands_above_the_file(tmp_path: Path, variable: str, file: int | None, limit: int) -> None:
    if file is not None:
        write_limit(str(tmp_path), file)
        assert (tmp_path / "spool-limit").stat().st_mode & 0o777 == 0o600
    assert spool_limit(str(tmp_path), {"KM_SPOOL_LIMIT": variable}) == limit
