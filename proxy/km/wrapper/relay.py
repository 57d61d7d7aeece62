"""The wrapper's own loop: three pumps run, and this waits for what happens to the run."""

import _thread
import os
import select
import time

from km.spool import head as heads
from km.wrapper import signals
from km.wrapper.guard import EXITED, Guard, Report
from km.wrapper.lifecycle import GIVE_UP, Lifecycle
from km.wrapper.pump import SOURCE_ENDED, Pump
from km.wrapper.recording import Recording
from km.wrapper.shipper_start import ShipperStart

_STDIN_ENDED, _STDIN_CLOSED, _OUTPUT_ENDED = 200, 201, 202
"""Bytes on the wake pipe that are no signals."""

_SHIPPER_CHECK_SECONDS = 1.0
_QUIET_SECONDS = 0.05
"""After the server's end: output pipes that stay silent this long are held by a process nobody can end."""
_STUCK_SECONDS = (10.0, 1.5)
"""After the server's end: a client that takes nothing more of stdout, of stderr, for this long does not want it."""


class Relay:
    """One run, from the server's start to its exit code."""

    def __init__(self, guard: Guard, server: int, recording: Recording, shipper: ShipperStart) -> None:
        self._guard = guard
        self._server = server
        self._recording = recording
        self._shipper = shipper
        self._lifecycle = Lifecycle()
        self._wake, self._waker = _wake_pipe()
        self._stdin = Pump(0, guard.stdin, recording.stdin)
        self._output = (Pump(guard.stdout, 1, recording.stdout), Pump(guard.stderr, 2, recording.stderr))
        self._poller = select.poll()

    def run(self) -> int:
        """Relay until the server has ended; its exit code, or 128 + the signal that ended it."""
        self._start_pumps()
        report = self._watch()
        self._drain()
        self._recording.end(heads.EXITED if report.kind == EXITED else heads.SIGNALLED, report.value)
        return report.value if report.kind == EXITED else 128 + report.value

    def _start_pumps(self) -> None:
        for number in signals.ENDING:
            signals.catch(number)
        signals.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        _thread.start_new_thread(self._stdin.run, (self._stdin_has_ended,))
        for pump in self._output:
            _thread.start_new_thread(pump.run, (self._output_has_ended,))
        self._poller.register(self._wake, select.POLLIN)
        self._poller.register(self._guard.report, select.POLLIN)
        self._poller.register(1, 0)  # POLLERR comes unasked, when the client stops reading

    def _watch(self) -> Report:
        """Until the guard reports the server's end, or is gone itself."""
        check_at = 0.0
        while True:
            now = time.clock_gettime(time.CLOCK_BOOTTIME)
            if now >= check_at:
                self._shipper.ensure(now)
                check_at = now + _SHIPPER_CHECK_SECONDS
            if self._act(now):
                return Report(heads.SIGNALLED, signals.SIGKILL)
            wait = self._lifecycle.wait(now, self._last_output())
            timeout = check_at - now if wait is None else min(wait, check_at - now)
            for descriptor, _ in self._poller.poll(max(0.0, timeout) * 1000 + 1):
                if descriptor == self._guard.report:
                    return self._guard.read_report() or self._without_guard()
                self._notice(descriptor)

    def _act(self, now: float) -> bool:
        """Do what is due; whether to leave without the server."""
        due = self._lifecycle.due(now, self._last_output())
        if due > 0:
            self._guard.pass_on(due)
        return due == GIVE_UP

    def _notice(self, descriptor: int) -> None:
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
        if descriptor != self._wake:
            self._poller.unregister(descriptor)
            self._lifecycle.nobody_reads(now)
            return
        for event in os.read(self._wake, 512):
            if event == _STDIN_ENDED:
                self._lifecycle.client_closed_stdin(now)
            elif event == _STDIN_CLOSED:
                self._lifecycle.server_closed_stdin(now)
            elif event != _OUTPUT_ENDED:
                self._guard.pass_on(event)
                self._lifecycle.signalled(now)

    def _without_guard(self) -> Report:
        """The guard was killed: end the server's group ourselves. Its own exit status is lost with the guard."""
        killed = Report(heads.SIGNALLED, signals.SIGKILL)
        try:
            os.killpg(self._server, signals.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return killed  # it had ended before its guard did, or is somebody else's
        return killed

    def _drain(self) -> None:
        """Forward what the server had still written. No longer than there is some and somebody takes it."""
        silent_since, seen = time.monotonic(), self._last_output()
        while not all(pump.ended for pump in self._output):
            self._wait_for_pumps()
            now, last = time.monotonic(), self._last_output()
            if last != seen:
                silent_since, seen = now, last
            elif now - silent_since > self._patience():
                return

    def _patience(self) -> float:
        limits = zip(self._output, _STUCK_SECONDS, strict=True)
        return max((limit for pump, limit in limits if pump.forwarding or _has_input(pump)), default=_QUIET_SECONDS)

    def _wait_for_pumps(self) -> None:
        poller = select.poll()
        poller.register(self._wake, select.POLLIN)
        if poller.poll(10):
            os.read(self._wake, 512)

    def _last_output(self) -> float:
        return max(pump.last_read_at for pump in self._output)

    def _stdin_has_ended(self, how: int) -> None:
        os.write(self._waker, bytes((_STDIN_ENDED if how == SOURCE_ENDED else _STDIN_CLOSED,)))

    def _output_has_ended(self, _how: int) -> None:
        os.write(self._waker, bytes((_OUTPUT_ENDED,)))


def _has_input(pump: Pump) -> bool:
    if pump.ended:
        return False
    poller = select.poll()
    poller.register(pump.source, select.POLLIN)
    return any(events & select.POLLIN for _, events in poller.poll(0))


def _wake_pipe() -> tuple[int, int]:
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    return wake, waker
