"""Sees to it that a shipper runs, as long as there is a destination to ship to, or something has waited too long."""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH110, PTH118

import os
import sys

from km.home import CONFIG_FILE, LOCK_FILE
from km.spool.age import is_look_due

_KEPT = (b"PATH", b"HOME", b"LANG", b"XDG_STATE_HOME")
"""The shipper serves all runs; what else stands in the environment concerns this one."""


FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds from one start to the next, doubling while no shipper stays: a wrong configuration must not cost a core."""
_AGE_CHECK_SECONDS = 600.0


class ShipperStart:
    """Starts a shipper when none holds the lock of `home`."""

    __slots__ = ("_age_at", "_child", "_home", "_not_before", "_wait")

    def __init__(self, home: str) -> None:
        self._home = home
        self._age_at = 0.0
        self._child = 0
        self._not_before = 0.0
        self._wait = FIRST_WAIT

    def ensure(self, now: float) -> None:
        """Start one if none is there; what fails here is tried again, and is never the stream's trouble."""
        self._reap()
        if now < self._not_before:
            return
        try:
            if self._is_wanted(now):
                self._not_before = now + self._wait
                self._wait = min(self._wait * 2, LONGEST_WAIT)
                self._child = self._spawn()
        except OSError:
            return

    def _is_wanted(self, now: float) -> bool:
        if not os.path.exists(os.path.join(self._home, CONFIG_FILE)) and not self._has_waited_too_long(now):
            return False
        fd = os.open(os.path.join(self._home, LOCK_FILE), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.lockf(fd, os.F_TEST, 0)
        except (BlockingIOError, PermissionError):
            self._wait = FIRST_WAIT
            return False
        finally:
            os.close(fd)
        return True

    def _has_waited_too_long(self, now: float) -> bool:
        if now < self._age_at:
            return False
        self._age_at = now + _AGE_CHECK_SECONDS
        return is_look_due(self._home)

    def _spawn(self) -> int:
        """A process that detaches itself: it forks, and what we spawned ends at once."""
        isolation = "-I" if sys.flags.isolated else "-P"
        environment = {name: value for name, value in os.environb.items() if name in _KEPT}
        environment[b"KM_HOME"] = os.fsencode(self._home)
        null = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0)
        others = [(os.POSIX_SPAWN_DUP2, 0, descriptor) for descriptor in (1, 2)]
        command = [sys.executable, isolation, "-m", "km.shipper"]
        return os.posix_spawn(sys.executable, command, environment, file_actions=[null, *others], setsid=True)

    def _reap(self) -> None:
        if self._child:
            try:
                pid, _ = os.waitpid(self._child, os.WNOHANG)
            except ChildProcessError:
                pid = self._child
            if pid:
                self._child = 0
