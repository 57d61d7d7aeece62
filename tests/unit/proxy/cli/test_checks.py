"""What the checks of `km doctor` find, without a broker."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from km.cli.checks.client_paths import check_client_paths
from km.cli.checks.clock import check_clock
from km.cli.checks.folders import check_folders
from km.clients.client import Surroundings
from km.clients.registry import CLIENTS
from km.clients.survey import Configuration, survey

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def cursor(home: Path, command: str) -> list[Configuration]:
    (home / ".cursor").mkdir()
    (home / ".cursor/mcp.json").write_text(
        f'{{"mcpServers": {{"a": {{"command": "{command}", "args": ["--", "x"]}}}}}}'
    )
    return survey(CLIENTS, Surroundings(home, {}, home), frozenset(("user",)))


def test_folders_are_made_private(tmp_path: Path) -> None:
    (verdict,) = check_folders(tmp_path / "a" / "home")
    assert verdict.level in {"ok", "warning"}  # a full disk of the machine is not this test's
    assert (tmp_path / "a" / "home" / "spool").stat().st_mode & 0o777 == 0o700


def test_a_folder_open_to_others_is_a_failure(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    (verdict,) = check_folders(home)
    assert (verdict.level, verdict.do) == ("failed", f"chmod 700 {home}")


def test_a_file_in_the_place_of_a_folder_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "home").touch(0o600)
    (verdict,) = check_folders(tmp_path / "home")
    assert verdict.level == "failed"


def test_a_clock_behind_its_own_records_was_set_back() -> None:
    assert "set back" in check_clock(NOW, NOW + timedelta(minutes=1)).says
    assert "set back" not in check_clock(NOW, NOW - timedelta(minutes=1)).says
    assert "set back" not in check_clock(NOW, None).says


@pytest.mark.parametrize(
    ("command", "level", "says"),
    [
        ("/nowhere/km", "failed", "which is not there"),
        ("km", "warning", "not /opt/km"),
    ],
)
def test_a_km_that_is_not_this_one_is_told(tmp_path: Path, command: str, level: str, says: str) -> None:
    (verdict,) = check_client_paths(cursor(tmp_path, command), Path("/opt/km"))
    assert verdict.level == level
    assert says in verdict.says
    assert "km wrap" in verdict.do


def test_the_right_km_is_fine(tmp_path: Path) -> None:
    km = tmp_path / "bin" / "km"
    km.parent.mkdir()
    km.touch(0o700)
    (verdict,) = check_client_paths(cursor(tmp_path, str(km)), km)
    assert (verdict.level, verdict.says) == ("ok", f"1 servers start through {km}")
