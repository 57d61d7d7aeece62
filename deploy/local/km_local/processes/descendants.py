"""Whatever came from this process, however far: it stays ours when its parent ends, and is seen to its end.

A walk through `/proc` misses what is being forked meanwhile; the kernel's own account of our children does not.
"""

import os
import signal
import time
from collections.abc import Callable

from km.wrapper.linux import process_parents

PATIENCE_SECONDS = 10.0
"""A `km` whose client is gone ends its server within 3 s, and then itself."""
POLL_SECONDS = 0.02


def end_descendants(lingers: Callable[[int], bool], patience: float = PATIENCE_SECONDS) -> None:
    """Return when nothing that came from us lives: what `lingers` is asked to end, all else after `patience` seconds.

    Needs a process that is the subreaper of its descendants and has all exit statuses that it wants: they are lost.
    """
    deadline = time.monotonic() + patience
    while _any_child_lives():
        late = time.monotonic() > deadline
        for child in _children():
            if late or lingers(child):
                _send(child, signal.SIGKILL if late else signal.SIGTERM)
        time.sleep(POLL_SECONDS)


def _any_child_lives() -> bool:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return False
    return True


def _children() -> list[int]:
    return [pid for pid, parent in process_parents().items() if parent == os.getpid()]


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended meanwhile
