"""How much all runs of a spool may take together. Beyond it nothing is recorded, until something is acknowledged.

`$KM_HOME/spool-limit` holds the number of bytes, in decimal. The shipper writes it from `config.toml`, whose parser
a wrapper does not import; `KM_SPOOL_LIMIT` stands above it, for one run.
"""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH105, PTH118, PTH208

import os
from collections.abc import Mapping

DEFAULT_LIMIT = 1 << 30
LIMIT_FILE = "spool-limit"
LIMIT_VARIABLE = "KM_SPOOL_LIMIT"

_SHARE = 16


class Budget:
    """A run's part of the limit.

    The spool is measured when a share of what was free at the last measuring is used up, not at each segment: other
    runs take from it too, so together they may go beyond the limit by a sixteenth of the last room, each.
    """

    __slots__ = ("_granted", "_limit", "_spool")

    def __init__(self, spool: str, limit: int) -> None:
        self._spool = spool
        self._limit = limit
        self._granted = 0

    def take(self, size: int) -> bool:
        """Whether `size` bytes more may be allocated."""
        if self._granted < size:
            free = self._limit - spool_bytes(self._spool)
            if free < size:
                return False
            self._granted = max(size, free // _SHARE)
        self._granted -= size
        return True


def spool_bytes(spool: str) -> int:
    """What all runs of the spool have preallocated."""
    total = 0
    for run in os.listdir(spool):
        try:
            with os.scandir(os.path.join(spool, run)) as files:
                total += sum(file.stat(follow_symlinks=False).st_size for file in files)
        except (FileNotFoundError, NotADirectoryError):
            continue  # it has just been removed, or is no run
    return total


def spool_limit(home: str, environment: Mapping[str, str]) -> int:
    """The limit in bytes. What is no number is as if it were not there."""
    for text in (environment.get(LIMIT_VARIABLE, ""), _read_limit(home)):
        if text.isascii() and text.isdigit():
            return int(text)
    return DEFAULT_LIMIT


def write_limit(home: str, limit: int) -> None:
    """Tell the wrappers."""
    path = os.path.join(home, LIMIT_FILE)
    fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, b"%d" % limit)
    finally:
        os.close(fd)
    os.replace(path + ".new", path)


def _read_limit(home: str) -> str:
    try:
        fd = os.open(os.path.join(home, LIMIT_FILE), os.O_RDONLY)
    except OSError:
        return ""
    try:
        return os.read(fd, 32).decode("ascii", "replace").strip()
    finally:
        os.close(fd)
