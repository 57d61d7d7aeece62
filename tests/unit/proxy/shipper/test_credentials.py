"""Name and password come from a file that nobody else may read, and are shown nowhere."""

from pathlib import Path

import pytest

from km.settings import SettingsError
from km.shipper.credentials import load_credentials

PASSWORD = "hunter" + "2" * 9


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "credentials"
    path.touch(mode=0o600)
    path.write_text(f'username = "km"\npassword = "{PASSWORD}"\n')
    return path


def test_what_is_written_is_read_and_never_printed(file: Path) -> None:
    credentials = load_credentials(file)
    assert (credentials.username, credentials.password) == ("km", PASSWORD)
    assert PASSWORD not in repr(credentials)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SettingsError, match="may be read by others"):
        load_credentials(file)


def test_a_link_is_refused(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_credentials(link)


@pytest.mark.parametrize("content", [f"password = {PASSWORD}", f'password = "{PASSWORD}"', "\xff"])
def test_a_file_of_another_form_is_said_without_quoting_it(file: Path, content: str) -> None:
    file.write_text(content, encoding="latin-1")
    with pytest.raises(SettingsError, match="does not have the form") as error:
        load_credentials(file)
    assert PASSWORD not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no .*nothing"):
        load_credentials(tmp_path / "nothing")
