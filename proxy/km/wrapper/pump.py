"""One stream from its source to its sink, byte for byte: read a chunk, record it, forward it."""

import os
import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from km.wrapper.recording import Track

SOURCE_ENDED, SINK_CLOSED = 0, 1


class Pump:
    """Runs in a thread of its own. `forwarding` is true between a chunk's reading and its delivery."""

    __slots__ = ("_sink", "_source", "_track", "ended", "forwarding")

    def __init__(self, source: int, sink: int, track: "Track") -> None:
        self._source = source
        self._sink = sink
        self._track = track
        self.forwarding = False
        self.ended = False

    @property
    def source(self) -> int:
        """Where it reads."""
        return self._source

    @property
    def last_read_at(self) -> float:
        """When a chunk was read last: seconds of the boot clock, 0 where none was."""
        return self._track.last_read_at / 1e9

    def run(self, on_end: "Callable[[int], None]") -> None:
        """Until the source ends or the sink is closed; `on_end` gets which. Both are closed then."""
        how = SOURCE_ENDED
        try:
            how = self._relay()
        finally:
            self._track.close()
            _close(self._source)
            _close(self._sink)
            self.ended = True
            on_end(how)

    def _relay(self) -> int:
        make_room, commit, source, sink = self._track.room, self._track.commit, self._source, self._sink
        while True:
            room = make_room()
            length = _read(source, room)
            if not length:
                self._track.finish()
                return SOURCE_ENDED
            self.forwarding = True
            commit(length)
            if not _write(sink, room[:length]):
                return SINK_CLOSED
            self.forwarding = False


def _read(source: int, room: memoryview) -> int:
    """One chunk; 0 at the end. A source that has gone (a terminal that was closed) has ended."""
    while True:
        try:
            return os.readv(source, [room])
        except BlockingIOError:
            _wait(source, select.POLLIN)
        except OSError:
            return 0


def _write(sink: int, data: memoryview) -> bool:
    """All of it; False where nobody reads any more."""
    while data:
        try:
            data = data[os.write(sink, data) :]
        except BlockingIOError:
            _wait(sink, select.POLLOUT)
        except OSError:
            return False
    return True


def _wait(descriptor: int, event: int) -> None:
    """A client may have made a descriptor we inherited non-blocking."""
    poller = select.poll()
    poller.register(descriptor, event)
    poller.poll()


def _close(descriptor: int) -> None:
    """Let the other side see the end. The client's three descriptors stay taken: by /dev/null."""
    if descriptor > 2:
        os.close(descriptor)
        return
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor)
    os.close(null)
