"""One shipper an installation: a lock the kernel drops with its process."""

import os
from pathlib import Path


class Lock:
    """The lock file of an installation; it stays, what counts is who has it locked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False where another process has it."""
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.lockf(fd, os.F_TLOCK, 0)
        except (BlockingIOError, PermissionError):
            os.close(fd)
            return False
        self._fd = fd
        return True

    def release(self) -> None:
        """Give it back."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def is_held(path: Path) -> bool:
    """Whether some other process has the lock."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False  # who cannot open it here holds it nowhere
    try:
        os.lockf(fd, os.F_TEST, 0)
    except (BlockingIOError, PermissionError):
        return True
    finally:
        os.close(fd)
    return False
