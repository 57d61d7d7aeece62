"""One child process: started on a leash, stopped politely then firmly, always reaped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from km_local.errors import ProcessError

LEASH = str(Path(__file__).with_name("leash.py"))
POLL_SECONDS = 0.02
# The kernel ties a leash to the thread that started the child, so one thread that lives as long as we do starts all.
_SPAWNER = ThreadPoolExecutor(1, "spawner")
_children: "set[Child]" = set()


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and group of the system, by number."""

    uid: int
    gid: int


KEEP_IDENTITY = Identity(-1, -1)


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run: `env` is its whole environment, `log` gets its stdout and stderr appended.

    `stop_signal` asks it to end; `orphan_signal` is what the kernel sends it should we vanish.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: Path | None = None
    identity: Identity = KEEP_IDENTITY
    stop_signal: int = signal.SIGTERM
    orphan_signal: int = signal.SIGTERM
    inherit: tuple[int, ...] = ()
    """Open descriptors that the program keeps: the lock that says that something of a stack still runs."""


class Child:
    """A running `Command`."""

    def __init__(self, command: Command) -> None:
        self.command = command
        # A Ctrl-C may end this wait, but not the start: whoever ends everything must find the child.
        _SPAWNER.submit(self._start).result()

    def _start(self) -> None:
        self._process = _spawn(self.command)
        _children.difference_update([child for child in _children if child.poll() is not None])
        _children.add(self)

    @property
    def pid(self) -> int:
        """The process's number (the leash becomes the program, so it is the program's)."""
        return self._process.pid

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._process.poll()

    def wait(self, seconds: float) -> int:
        """Wait for the end, at most `seconds`; raises `ProcessError` when it still runs then."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ProcessError(f"{self.command.name} still runs after {seconds:g} s") from None

    def stop(self, grace: float = 15.0) -> int:
        """Ask it to end, kill it after `grace` seconds, return its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(self.command.stop_signal)
            try:
                return self._process.wait(grace)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._process.wait()

    def kill(self) -> None:
        """SIGKILL to it and its process group, and wait until it is reaped (its lock files count until then)."""
        if self._process.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


def _spawn(command: Command) -> subprocess.Popen[bytes]:
    identity = command.identity
    numbers = (os.getpid(), int(command.orphan_signal), identity.uid, identity.gid)
    with command.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", LEASH, *map(str, numbers), *command.argv],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(command.env),
            cwd=command.cwd,
            pass_fds=command.inherit,
            start_new_session=True,  # Ctrl-C at the terminal is ours to hand on
        )


def wait_until_ready(child: Child, ready: Callable[[], bool], seconds: float) -> None:
    """Return once `ready()`; raises `ProcessError` when the child ends first or `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while not ready():
        status = child.poll()
        if status is not None:
            raise ProcessError(f"{child.command.name} ended with status {status}; see {child.command.log}")
        if time.monotonic() > deadline:
            raise ProcessError(f"{child.command.name} was not ready after {seconds:g} s; see {child.command.log}")
        time.sleep(POLL_SECONDS)


def run_to_end(command: Command, seconds: float) -> None:
    """Run a command that ends by itself; raises `ProcessError` when it fails or takes longer than `seconds`."""
    child = Child(command)
    try:
        status = child.wait(seconds)
    finally:
        if child.poll() is None:
            child.kill()
    if status != 0:
        raise ProcessError(f"{command.name} failed with status {status}; see {command.log}")


def kill_leftovers() -> None:
    """Kill what still runs with its whole process group, such as a build that was interrupted."""
    for child in _SPAWNER.submit(lambda: list(_children)).result():
        child.kill()


def environment(extra: Mapping[str, str], drop: Sequence[str] = ()) -> dict[str, str]:
    """Our own environment without `KM_*` (settings reach a child by name, never by accident), plus `extra`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KM_") and key not in drop}
    return kept | dict(extra)
