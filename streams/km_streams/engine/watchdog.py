"""Ends a process that has work and gets none done.

A thread of its own, because the likeliest hang is one of the event loop. Waiting for a broker or a database that is
away is no hang: such waits are declared.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog

EXIT_CODE: Final = 70
"""EX_SOFTWARE of sysexits.h."""

_log = structlog.get_logger(__name__)


class Progress:
    """What the watchdog knows: whether there is work, when some was last done, whether a wait is declared. Pure."""

    def __init__(self, limit_seconds: float, now: float) -> None:
        self._limit = limit_seconds
        self._last = now
        self._busy = False
        self._lag = 0
        self._waits = 0

    def made(self, now: float) -> None:
        """Work was done."""
        self._last = now

    def busy(self, now: float, *, busy: bool) -> None:
        """Whether a batch is under way."""
        self._begin(now)
        self._busy = busy

    def lag(self, now: float, records: int) -> None:
        """How many records wait in the partitions we own."""
        self._begin(now)
        self._lag = records

    def wait(self) -> None:
        """A declared wait begins."""
        self._waits += 1

    def waited(self, now: float) -> None:
        """A declared wait is over; the clock starts anew."""
        self._waits -= 1
        self._last = now

    def stuck(self, now: float) -> bool:
        """Whether there was work, and none done, for longer than the limit."""
        return self._waits == 0 and self._has_work() and now - self._last > self._limit

    def _has_work(self) -> bool:
        return self._busy or self._lag > 0

    def _begin(self, now: float) -> None:
        if not self._has_work():
            self._last = now


class Watchdog:
    """`Progress` by the monotonic clock, looked at by a thread."""

    def __init__(self, limit_seconds: float, end: Callable[[int], None] = os._exit) -> None:
        self._progress = Progress(limit_seconds, time.monotonic())
        self._period = min(1.0, limit_seconds / 4)
        self._end = end
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Watch from now on."""
        self._thread.start()

    def close(self) -> None:
        """Watch no longer."""
        self._closed.set()

    def made_progress(self) -> None:
        """Work was done."""
        self._progress.made(time.monotonic())

    def lag(self, records: int) -> None:
        """How many records wait in the partitions we own."""
        self._progress.lag(time.monotonic(), records)

    @contextmanager
    def working(self) -> Iterator[None]:
        """A batch is under way."""
        self._progress.busy(time.monotonic(), busy=True)
        try:
            yield
        finally:
            self._progress.busy(time.monotonic(), busy=False)

    @contextmanager
    def declared_wait(self) -> Iterator[None]:
        """Nothing is done meanwhile, and that is no hang."""
        self._progress.wait()
        try:
            yield
        finally:
            self._progress.waited(time.monotonic())

    def _watch(self) -> None:
        while not self._closed.wait(self._period):
            if self._progress.stuck(time.monotonic()):
                _log.critical("no progress with work waiting: the worker ends, to be started again")
                self._end(EXIT_CODE)
                return
