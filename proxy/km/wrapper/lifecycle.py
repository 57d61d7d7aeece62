"""When the server is told to end. Pure: times come in as seconds of one clock, signals go out as numbers.

The client closes stdin → the server may answer what is open: until 30 s after its last output, or 1.5 s after
nobody reads its answers any more. Then SIGTERM, and 1.5 s later SIGKILL. A signal the client sends is passed on at
once by the relay, and starts the same 1.5 s: clients kill `km` itself after 2.0 s (MCP Python SDK, TypeScript SDK).
"""

SIGTERM, SIGKILL = 15, 9

QUIET_LIMIT = 30.0
GRACE = 1.5
KILL_LIMIT = 2.0
"""A process that SIGKILL has not ended after this much hangs in the kernel; it is not waited for."""

GIVE_UP = -1
"""In place of a signal: leave without the server."""

_RUNNING, _DRAINING, _TERMINATING, _KILLED = range(4)


class Lifecycle:
    """The server's way from running to ended."""

    __slots__ = ("_deadline", "_eof_at", "_phase", "_reader_gone", "_stdin_closed")

    def __init__(self) -> None:
        self._phase = _RUNNING
        self._eof_at = 0.0
        self._deadline = 0.0
        self._stdin_closed = False
        self._reader_gone = False

    def client_closed_stdin(self, now: float) -> None:
        """The client sends nothing more."""
        self._stdin_closed = True
        if self._phase == _RUNNING:
            self._phase, self._eof_at = _DRAINING, now
            if self._reader_gone:
                self._stop_listening(now)

    def server_closed_stdin(self, now: float) -> None:
        """The server reads nothing more; it may well go on speaking, for as long as somebody listens."""
        self._stdin_closed = True
        if self._reader_gone:
            self._stop_listening(now)

    def nobody_reads(self, now: float) -> None:
        """The client has closed its end of our stdout. As long as it writes, the run goes on."""
        self._reader_gone = True
        if self._stdin_closed:
            self._stop_listening(now)

    def signalled(self, now: float) -> None:
        """The client has sent a signal that ends processes; the server has it too."""
        if self._phase in {_RUNNING, _DRAINING}:
            self._phase, self._deadline = _TERMINATING, now + GRACE

    def due(self, now: float, last_output: float) -> int:
        """What is to be done now: 0 nothing, a signal for the server, or GIVE_UP."""
        if self._phase == _RUNNING or now < self._next(last_output):
            return 0
        if self._phase == _DRAINING:
            self._phase, self._deadline = _TERMINATING, now + GRACE
            return SIGTERM
        if self._phase == _TERMINATING:
            self._phase, self._deadline = _KILLED, now + KILL_LIMIT
            return SIGKILL
        return GIVE_UP

    def wait(self, now: float, last_output: float) -> float | None:
        """Seconds until `due` may say something new; None for as long as nothing happens."""
        return None if self._phase == _RUNNING else max(0.0, self._next(last_output) - now)

    def _stop_listening(self, now: float) -> None:
        if self._phase in {_RUNNING, _DRAINING}:
            self._phase = _DRAINING
            self._deadline = now + GRACE

    def _next(self, last_output: float) -> float:
        if self._phase != _DRAINING:
            return self._deadline
        if self._reader_gone and self._stdin_closed:
            return self._deadline
        return max(self._eof_at, last_output) + QUIET_LIMIT
