"""Says that somebody reads a run's folder, so that the shipper does not remove it under his eyes.

The file `reader` in it, locked shared (flock(2)): the kernel drops the lock with its process. It is no promise: the
shipper waits for a while, not for ever.
"""

import fcntl
import os
from pathlib import Path

_FILE_NAME = "reader"


class ReadMark:
    """From its making to `close`. Where no file can be made it says nothing, and nobody waits."""

    def __init__(self, folder: Path) -> None:
        self._fd: int | None = None
        try:
            self._fd = os.open(folder / _FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            self.close()

    def close(self) -> None:
        """Have read enough."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def is_read(folder: Path) -> bool:
    """Whether somebody reads it."""
    try:
        fd = os.open(folder / _FILE_NAME, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False
