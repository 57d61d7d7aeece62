"""The guard: parent of the server, and the one that leaves nothing of it behind.

A process of its own, in a session of its own, because clients kill the wrapper and its process group without
asking. It spawns the server in a third process group, passes signals on to it, reaps it, and ends everything below
itself: when the server has ended, and when its pipe from the wrapper closes, which the kernel does for a wrapper
that was killed.

Wrapper → guard: one byte a signal for the server's group. Guard → wrapper: reports of 8 bytes (`Report`).
"""

import os
import select
import struct
import time

from km.wrapper import linux, signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

STARTED, FAILED, EXITED, SIGNALLED = 1, 2, 3, 4

_REPORT = struct.Struct("<Ii")
_END_TREE_SECONDS = 2.0


class Report:
    """STARTED with the server's process id, FAILED with an errno, EXITED with a code, or SIGNALLED with a signal."""

    __slots__ = ("kind", "value")

    def __init__(self, kind: int, value: int) -> None:
        self.kind = kind
        self.value = value


class Guard:
    """The wrapper's side: the guard's pipes and the server's streams."""

    __slots__ = ("_control", "pid", "report", "stderr", "stdin", "stdout")

    def __init__(self, pid: int, control: int, report: int, streams: tuple[int, int, int]) -> None:
        self.pid = pid
        self._control = control
        self.report = report
        self.stdin, self.stdout, self.stderr = streams

    def pass_on(self, number: int) -> None:
        """Have the guard send a signal to the server's group."""
        try:
            os.write(self._control, bytes((number,)))
        except BrokenPipeError:
            return  # the guard has ended: its report says how

    def read_report(self) -> Report | None:
        """The next report, waiting for it; None where the guard has ended without one."""
        data = os.read(self.report, _REPORT.size)
        return Report(*_REPORT.unpack(data)) if len(data) == _REPORT.size else None


def start_guard(command: list[str]) -> Guard:
    """Fork the guard, which spawns the server. Called before there is any thread."""
    stdin, stdout, stderr, control, report = (os.pipe() for _ in range(5))
    pid = os.fork()
    if pid == 0:
        for descriptor in (stdin[1], stdout[0], stderr[0], control[1], report[0]):
            os.close(descriptor)
        _guard(command, (stdin[0], stdout[1], stderr[1]), control[0], report[1])
    for descriptor in (stdin[0], stdout[1], stderr[1], control[0], report[1]):
        os.close(descriptor)
    return Guard(pid, control[1], report[0], (stdin[1], stdout[0], stderr[0]))


def server_environment(environment: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """The client's environment without our own variables, which may hold secrets."""
    return {name: value for name, value in environment.items() if not name.startswith(b"KM_")}


def _guard(command: list[str], streams: tuple[int, int, int], control: int, report: int) -> None:
    try:
        _Watch(control, report).run(command, streams)
    finally:
        # Also after an exception: nothing of the wrapper's may run in this process.
        os._exit(0)


class _Watch:
    """The guard's own life."""

    def __init__(self, control: int, report: int) -> None:
        self._control = control
        self._report = report
        self._server = 0

    def run(self, command: list[str], streams: tuple[int, int, int]) -> None:
        os.setsid()
        _let_go_of_the_client()
        wake = _catch_signals()
        linux.become_subreaper()
        try:
            self._server = _spawn(command, streams)
        except OSError as error:
            self._say(FAILED, error.errno or 0)
            return
        self._say(STARTED, self._server)
        for descriptor in streams:
            os.close(descriptor)
        try:
            self._watch(wake)
        finally:
            _end_tree()

    def _watch(self, wake: int) -> None:
        """Until the server has ended or the wrapper is gone."""
        poller = select.poll()
        poller.register(self._control, select.POLLIN)
        poller.register(wake, select.POLLIN)
        while True:
            status = self._reap()
            if status is not None:
                # First the tree: the wrapper leaves when it has the report.
                _end_tree()
                self._say_status(status)
                return
            ready = {descriptor for descriptor, _ in poller.poll()}
            if wake in ready:
                os.read(wake, 512)
            if self._control in ready and not self._obey():
                return

    def _obey(self) -> bool:
        """Pass on the signals asked for; False when the wrapper is gone."""
        numbers = os.read(self._control, 64)
        for number in numbers:
            self._signal_server(number)
        return bool(numbers)

    def _signal_server(self, number: int) -> None:
        """To its group, and to itself where it has left that. It is not reaped yet, so the ids are its own."""
        _send(os.killpg, self._server, number)
        if os.getpgid(self._server) != self._server:
            _send(os.kill, self._server, number)

    def _reap(self) -> int | None:
        """Reap every child that has ended; the status of the server if it was among them."""
        found = None
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return found
            if pid == 0:
                return found
            if pid == self._server:
                found = status

    def _say_status(self, status: int) -> None:
        code = os.waitstatus_to_exitcode(status)
        self._say(EXITED if code >= 0 else SIGNALLED, abs(code))

    def _say(self, kind: int, value: int) -> None:
        try:
            os.write(self._report, _REPORT.pack(kind, value))
        except BrokenPipeError:
            return  # the wrapper is gone; there is nobody to tell


def _send(send: "Callable[[int, int], None]", target: int, number: int) -> None:
    """A server that runs as somebody else (sudo) may not be signalled; the end of its stdin reaches it."""
    try:
        send(target, number)
    except (ProcessLookupError, PermissionError):
        return


def _let_go_of_the_client() -> None:
    """A client waits for the end of our stdout: the guard must not hold it."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _catch_signals() -> int:
    """Have children's ends readable, and survive what is meant for the wrapper."""
    wake, write = os.pipe()
    os.set_blocking(write, False)
    os.set_blocking(wake, False)
    signals.set_wakeup_fd(write, warn_on_full_buffer=False)
    for number in (signals.SIGCHLD, *signals.ENDING):
        signals.catch(number)
    return wake


def _spawn(command: list[str], streams: tuple[int, int, int]) -> int:
    actions = [(os.POSIX_SPAWN_DUP2, streams[target], target) for target in (0, 1, 2)]
    return os.posix_spawnp(
        command[0],
        command,
        server_environment(dict(os.environb)),
        file_actions=actions,
        setpgroup=0,
        setsigdef=signals.RESTORED,
    )


def _end_tree() -> None:
    """Kill everything below this process, orphans included, and reap it; looked for again until nothing is left."""
    deadline = time.monotonic() + _END_TREE_SECONDS
    while _has_children() and time.monotonic() < deadline:
        for pid in linux.descendants(linux.process_parents(), os.getpid()):
            _send(os.kill, pid, signals.SIGKILL)
        time.sleep(0.001)


def _has_children() -> bool:
    """Reap what has ended; whether something is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True
