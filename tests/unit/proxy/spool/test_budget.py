"""All runs of a spool together take no more than they may."""

import os
from pathlib import Path

import pytest

from km.spool.budget import DEFAULT_LIMIT, Budget, spool_bytes, spool_limit, write_limit
from km.spool.streams import SEGMENT_BYTES

MEGABYTE = 1 << 20


def allocate(spool: Path, run: str, size: int) -> None:
    (spool / run).mkdir(exist_ok=True)
    with (spool / run / f"in-{len(list((spool / run).iterdir()))}").open("wb") as file:
        file.truncate(size)


def count_measurings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    measured: list[str] = []

    def measure(spool: str) -> int:
        measured.append(spool)
        return spool_bytes(spool)

    monkeypatch.setattr("km.spool.budget.spool_bytes", measure)
    return measured


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


def test_of_many_runs_the_next_ones_begin_by_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = count_measurings(monkeypatch)
    for number in range(200):
        allocate(tmp_path, f"old-{number}", 1000)
    for number in range(50):
        allocate(tmp_path, f"new-{number}", 1000)
        budget = Budget(str(tmp_path), DEFAULT_LIMIT)
        assert all(budget.take(size) for size in SEGMENT_BYTES)
    assert len(measured) == 1


def test_who_goes_on_after_its_beginning_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(200):
        allocate(tmp_path, f"old-{number}", 1000)
    Budget(str(tmp_path), DEFAULT_LIMIT).take(1)
    measured = count_measurings(monkeypatch)
    budget = Budget(str(tmp_path), DEFAULT_LIMIT)
    assert budget.take(sum(SEGMENT_BYTES))
    assert not measured
    assert budget.take(MEGABYTE)
    assert measured


def test_many_runs_that_begin_without_measuring_stay_below_the_limit(tmp_path: Path) -> None:
    for number in range(100):
        allocate(tmp_path, f"old-{number}", 1000)
    for number in range(300):
        run = f"new-{number}"
        (tmp_path / run).mkdir()
        budget = Budget(str(tmp_path), 200 * MEGABYTE)
        for size in SEGMENT_BYTES:
            if budget.take(size):
                allocate(tmp_path, run, size)
    assert 190 * MEGABYTE <= spool_bytes(str(tmp_path)) <= 200 * MEGABYTE + 3 * max(SEGMENT_BYTES)


@pytest.mark.parametrize("content", [b"", b"x", b"1", b"1 2 3", b"-1 5", b"\xff \xfe"])
def test_a_measurement_that_cannot_be_read_is_made_again(tmp_path: Path, content: bytes) -> None:
    for number in range(100):
        allocate(tmp_path, f"old-{number}", MEGABYTE)
    (tmp_path / "measured").write_bytes(content)
    assert not Budget(str(tmp_path), 100 * MEGABYTE).take(1)


def test_an_old_measurement_says_nothing(tmp_path: Path) -> None:
    for number in range(100):
        allocate(tmp_path, f"old-{number}", MEGABYTE)
    (tmp_path / "measured").write_bytes(b"0 102")
    os.utime(tmp_path / "measured", (1, 1))
    assert not Budget(str(tmp_path), 100 * MEGABYTE).take(1)


@pytest.mark.parametrize(
    ("variable", "file", "limit"),
    [("", None, DEFAULT_LIMIT), ("", 7, 7), ("9", 7, 9), ("much", 7, 7), ("-1", None, DEFAULT_LIMIT)],
)
def test_the_variable_stands_above_the_file(tmp_path: Path, variable: str, file: int | None, limit: int) -> None:
    if file is not None:
        write_limit(str(tmp_path), file)
        assert (tmp_path / "spool-limit").stat().st_mode & 0o777 == 0o600
    assert spool_limit(str(tmp_path), {"KM_SPOOL_LIMIT": variable}) == limit
