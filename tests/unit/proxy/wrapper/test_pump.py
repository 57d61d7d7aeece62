"""One stream: read, recorded, forwarded, in this order."""

import os
import select
import threading
from collections.abc import Iterator

import pytest

from km.wrapper.pump import SINK_CLOSED, SOURCE_ENDED, Pump


class Track:
    """Remembers what was recorded, and whether the sink had it already."""

    def __init__(self, sink: int) -> None:
        self.last_read_at = 0
        self.recorded: list[bytes] = []
        self.forwarded_first = False
        self.finished = False
        self.closed = False
        self._sink = sink
        self._room = memoryview(bytearray(65536))

    def room(self) -> memoryview:
        return self._room

    def commit(self, length: int) -> None:
        self.forwarded_first |= bool(select.select([self._sink], [], [], 0)[0])
        self.recorded.append(bytes(self._room[:length]))

    def finish(self) -> None:
        self.finished = True

    def close(self, *, in_use: bool = False) -> None:
        assert not in_use
        self.closed = True


def replace_by_null(descriptor: int) -> None:
    """Close this end of a pipe; the number stays taken."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor)
    os.close(null)


@pytest.fixture
def pipes() -> Iterator[tuple[int, int, int, int]]:
    """Where the client writes, the pump reads; the pump writes, the server reads."""
    pump_reads, client_writes = os.pipe()
    server_reads, pump_writes = os.pipe()
    yield client_writes, pump_reads, pump_writes, server_reads
    for descriptor in (client_writes, server_reads):
        os.close(descriptor)


def test_a_chunk_is_recorded_before_it_is_forwarded(pipes: tuple[int, int, int, int]) -> None:
    client_writes, pump_reads, pump_writes, server_reads = pipes
    track, ends = Track(server_reads), list[int]()
    os.write(client_writes, b"hello")
    replace_by_null(client_writes)
    Pump(pump_reads, pump_writes, track).run(ends.append)
    assert (track.recorded, track.forwarded_first, track.finished) == ([b"hello"], False, True)
    assert track.closed
    assert (os.read(server_reads, 100), os.read(server_reads, 100)) == (b"hello", b"")
    assert ends == [SOURCE_ENDED]


def test_a_closed_sink_ends_the_pump_and_closes_its_source(pipes: tuple[int, int, int, int]) -> None:
    client_writes, pump_reads, pump_writes, server_reads = pipes
    track, ends = Track(server_reads), list[int]()
    os.write(client_writes, b"hello")
    replace_by_null(server_reads)
    Pump(pump_reads, pump_writes, track).run(ends.append)
    assert (ends, track.recorded) == ([SINK_CLOSED], [b"hello"])
    with pytest.raises(BrokenPipeError):
        os.write(client_writes, b"more")


def test_a_source_and_a_sink_that_do_not_block_are_waited_for(pipes: tuple[int, int, int, int]) -> None:
    client_writes, pump_reads, pump_writes, server_reads = pipes
    os.set_blocking(pump_reads, False)
    os.set_blocking(pump_writes, False)
    everything = os.urandom(1 << 20)
    received = bytearray()

    def write() -> None:
        view = memoryview(everything)
        while view:
            view = view[os.write(client_writes, view) :]
        replace_by_null(client_writes)

    pump = Pump(pump_reads, pump_writes, Track(server_reads))
    threads = [threading.Thread(target=write), threading.Thread(target=pump.run, args=(lambda _: None,))]
    for thread in threads:
        thread.start()
    while chunk := os.read(server_reads, 65536):
        received += chunk
    for thread in threads:
        thread.join()
    assert received == everything
