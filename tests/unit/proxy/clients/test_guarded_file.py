"""Files that are not safely ours to write are left alone."""

import os
from pathlib import Path

import pytest

from km.clients.guarded_file import LeftAloneError, read_guarded, replace_guarded


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mcp.json"
    path.write_bytes(b"before")
    path.chmod(0o640)
    return path


def test_a_file_is_replaced_as_a_whole_and_keeps_its_mode(file: Path) -> None:
    inode = file.stat().st_ino
    replace_guarded(file, b"before", b"after")
    assert file.read_bytes() == b"after"
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.stat().st_ino != inode
    assert list(file.parent.iterdir()) == [file]


def test_there_may_be_none(tmp_path: Path) -> None:
    assert read_guarded(tmp_path / "no" / "mcp.json") is None
    (tmp_path / "file").touch()
    assert read_guarded(tmp_path / "file" / "mcp.json") is None


def test_a_symbolic_link_is_left_alone(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file)
    with pytest.raises(LeftAloneError, match="symbolic link"):
        read_guarded(link)


@pytest.mark.parametrize("mode", [0o602, 0o666])
def test_a_file_others_may_write_is_left_alone(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(LeftAloneError, match="others may write it"):
        read_guarded(file)


def test_a_file_in_a_folder_others_may_write_is_left_alone(file: Path) -> None:
    file.parent.chmod(0o777)
    with pytest.raises(LeftAloneError, match="others may write its folder"):
        read_guarded(file)
    file.parent.chmod(0o1777)
    assert read_guarded(file) == b"before"


def test_a_foreign_group_that_may_write_is_others(file: Path) -> None:
    if os.geteuid():
        pytest.skip("only root gives files away")
    os.chown(file, 0, 12345)
    file.chmod(0o660)
    with pytest.raises(LeftAloneError, match="others may write it"):
        read_guarded(file)


def test_a_pipe_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mcp.json")
    with pytest.raises(LeftAloneError, match="no regular file"):
        read_guarded(tmp_path / "mcp.json")


def test_a_file_its_client_has_just_written_is_left_alone(file: Path) -> None:
    with pytest.raises(LeftAloneError, match="has just changed it"):
        replace_guarded(file, b"what was read", b"after")
    assert file.read_bytes() == b"before"
    assert list(file.parent.iterdir()) == [file]
