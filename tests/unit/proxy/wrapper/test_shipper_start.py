"""Starting a shipper is a wrapper's courtesy: rarely, and never in the way."""

import os
from pathlib import Path

import pytest

from km.wrapper.shipper_start import FIRST_WAIT, ShipperStart


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How often a process was spawned; a stand-in for `python -m km.shipper` that ends at once."""
    made: list[float] = []

    def spawn(*_: object, **__: object) -> int:
        made.append(1)
        return -1

    monkeypatch.setattr(os, "posix_spawn", spawn)
    monkeypatch.setattr(ShipperStart, "_reap", lambda self: None)
    return made


def test_without_a_configuration_none_is_started(tmp_path: Path, starts: list[float]) -> None:
    ShipperStart(str(tmp_path)).ensure(0)
    assert starts == []


def test_one_that_does_not_stay_is_started_more_and_more_rarely(tmp_path: Path, starts: list[float]) -> None:
    (tmp_path / "config.toml").touch()
    shipper = ShipperStart(str(tmp_path))
    for second in range(32):
        shipper.ensure(FIRST_WAIT * second)
    assert len(starts) == 6  # at 0, 1, 3, 7, 15, 31


def test_a_home_that_cannot_be_written_is_no_trouble(starts: list[float]) -> None:
    ShipperStart("/proc/nowhere").ensure(0)
    assert starts == []
