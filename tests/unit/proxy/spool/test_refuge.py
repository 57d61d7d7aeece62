"""Where runs are counted that cannot be recorded."""

import os
from pathlib import Path

import pytest

from km.spool import head as heads
from km.spool import refuge
from km.spool.run_id import uuid7

DESCRIPTION = {"argv": [b"x"]}


@pytest.fixture
def roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    made = [tmp_path / "first", tmp_path / "second"]
    for root in made:
        root.mkdir()
    monkeypatch.setattr(refuge, "ROOTS", tuple(map(str, made)))
    return made


def count(home: Path, number: int = 1) -> refuge.CountedRun:
    return refuge.count_run(str(home), uuid7(number, bytes(10)), DESCRIPTION, 28)


def test_what_passes_is_counted_and_not_kept(roots: list[Path], tmp_path: Path) -> None:
    run = count(tmp_path / "home")
    for stream in (run.stdin, run.stdout, run.stderr):
        stream.room()[:3] = b"abc"
        stream.commit(3)
    run.end(heads.RunEnd(heads.EXITED, 7, 1))
    (head,) = roots[0].rglob("head")
    content = head.read_bytes()
    assert heads.read_losses(memoryview(content)) == [(3, 1, 28)] * 3
    assert b"abc" not in content
    assert {path.stat().st_mode & 0o777 for path in roots[0].rglob("*")} == {0o700, 0o600}


def test_a_folder_that_somebody_else_may_write_is_not_used(roots: list[Path], tmp_path: Path) -> None:
    other = roots[0] / f"kilometers-{os.geteuid()}"
    other.mkdir(mode=0o777)
    other.chmod(0o777)
    assert count(tmp_path / "home").folder.startswith(str(roots[1]))


def test_a_link_is_not_followed(roots: list[Path], tmp_path: Path) -> None:
    (roots[0] / f"kilometers-{os.geteuid()}").symlink_to(tmp_path)
    assert count(tmp_path / "home").folder.startswith(str(roots[1]))


def test_where_no_root_can_be_used_that_is_an_error(roots: list[Path], tmp_path: Path) -> None:
    for root in roots:
        root.rmdir()
        root.write_text("in the way")
    with pytest.raises(OSError, match="Not a directory"):
        count(tmp_path / "home")


def test_heads_do_not_fill_these_disks_either(
    roots: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refuge, "MOST_RUNS", 2)
    folders = [count(tmp_path / "home", number).folder for number in range(4)]
    assert [folder.startswith(str(roots[0])) for folder in folders] == [True, True, False, False]
    with pytest.raises(OSError, match="no place"):
        count(tmp_path / "home", 5)


def test_two_ways_to_a_home_are_one_home(roots: list[Path], tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "home")
    assert refuge.refuges(str(tmp_path / "link")) == refuge.refuges(str(tmp_path / "home"))
    assert refuge.refuges(str(tmp_path / "another")) != refuge.refuges(str(tmp_path / "home"))
