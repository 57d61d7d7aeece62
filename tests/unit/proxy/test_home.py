"""Where an installation keeps its things."""

from pathlib import Path

import pytest

from km.home import home_folder, make_private_folder


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"KM_HOME": "/srv/km", "XDG_STATE_HOME": "/state"}, "/srv/km"),
        ({"XDG_STATE_HOME": "/state"}, "/state/kilometers"),
        ({"XDG_STATE_HOME": "relative"}, "/home/ann/.local/state/kilometers"),
        ({}, "/home/ann/.local/state/kilometers"),
    ],
)
def test_the_home_is_km_home_or_in_the_state_folder(
    environment: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert home_folder(environment) == folder


def test_a_private_folder_is_made_with_its_parents_and_kept_if_it_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    make_private_folder(str(folder))
    make_private_folder(str(folder))
    assert folder.stat().st_mode & 0o777 == 0o700
