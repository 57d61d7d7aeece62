"""Reads and replaces a client's configuration, and leaves alone what is not safely ours to write."""

import grp
import os
import pwd
import stat
from pathlib import Path


class LeftAloneError(Exception):
    """A file that is not touched; the message says why, and what would help."""


def read_guarded(path: Path) -> bytes | None:
    """The file's bytes; None where there is none. Raises LeftAloneError."""
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise LeftAloneError(f"it cannot be read: {os.strerror(error.errno or 0)}") from None
    _check(status, "it")
    _check_folder(path.parent)
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            return file.read()
    except OSError as error:
        raise LeftAloneError(f"it cannot be read: {os.strerror(error.errno or 0)}") from None


def replace_guarded(path: Path, before: bytes, after: bytes) -> None:
    """Replace the file as a whole, unless it is another one than it was. Raises LeftAloneError."""
    new = path.with_name(f".{path.name}.km-{os.getpid()}")
    try:
        _write(new, after, stat.S_IMODE(path.lstat().st_mode))
        if read_guarded(path) != before:
            raise LeftAloneError("its client has just changed it: close the client, or try again")
        new.replace(path)
    except OSError as error:
        raise LeftAloneError(f"it cannot be written: {os.strerror(error.errno or 0)}") from None
    finally:
        new.unlink(missing_ok=True)


def _write(path: Path, content: bytes, mode: int) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(fd)
        os.fchmod(fd, mode)


def _check(status: os.stat_result, name: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise LeftAloneError(f"{name} is a symbolic link: wrap the file it leads to by hand")
    if not stat.S_ISREG(status.st_mode):
        raise LeftAloneError(f"{name} is no regular file")
    if status.st_uid != os.geteuid():
        raise LeftAloneError(f"{name} belongs to another user")
    if _others_may_write(status):
        raise LeftAloneError(f"others may write {name}, so they could choose what is run: chmod go-w")


def _check_folder(folder: Path) -> None:
    status = folder.stat()
    if status.st_uid not in {os.geteuid(), 0}:
        raise LeftAloneError("its folder belongs to another user")
    if _others_may_write(status) and not status.st_mode & stat.S_ISVTX:
        raise LeftAloneError("others may write its folder, so they could replace it: chmod go-w")


def _others_may_write(status: os.stat_result) -> bool:
    if status.st_mode & stat.S_IWOTH:
        return True
    return bool(status.st_mode & stat.S_IWGRP) and not _is_private_group(status.st_gid)


def _is_private_group(gid: int) -> bool:
    """Whether the group is the user's alone, as most distributions make one (a umask of 002 relies on it)."""
    try:
        user, group = pwd.getpwuid(os.geteuid()), grp.getgrgid(gid)
    except KeyError:
        return False
    return user.pw_gid == gid and group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}
