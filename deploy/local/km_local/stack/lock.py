"""One stack at a time in a checkout: a lock that lives as long as any process of the stack does."""

import fcntl
import os
import time
from pathlib import Path

from km_local.errors import AlreadyRunningError

LEAVING_SECONDS = 20.0
POLL_SECONDS = 0.1


def take(path: Path) -> int:
    """The descriptor that holds the lock; children inherit it, so that it is free only when all are gone.

    What a killed stack left is waited for: the kernel has told it to end. Raises `AlreadyRunningError`.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + LEAVING_SECONDS
    while not _try(descriptor):
        holder = _holder(path)
        if holder is not None or time.monotonic() > deadline:
            os.close(descriptor)
            who = "" if holder is None else f" (process {holder})"
            raise AlreadyRunningError(
                f"A stack already runs in this checkout{who}: use it, or end it with Ctrl-C there."
            )
        time.sleep(POLL_SECONDS)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> int | None:
    """The living process that took the lock, if it still lives."""
    text = path.read_text().strip()
    return int(text) if text.isdigit() and Path(f"/proc/{text}").exists() else None
