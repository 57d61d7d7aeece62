"""stderr is recorded from both ends: its first 64 KiB as chunks, of the rest the last 64 KiB in the head's ring."""

from km.spool import head as heads
from km.spool.stream_writer import StreamWriter, boot_clock
from km.spool.streams import CHUNK_BYTES, STDERR_HEAD_BYTES


class StderrWriter:
    """As StreamWriter, with that bound."""

    __slots__ = ("_budget", "_chunks", "_head", "_scratch", "last_read_at")

    def __init__(self, chunks: StreamWriter, head: memoryview) -> None:
        self._chunks = chunks
        self._head = head
        self._budget = STDERR_HEAD_BYTES
        self._scratch = memoryview(bytearray(CHUNK_BYTES))
        self.last_read_at = 0

    def room(self) -> memoryview:
        """Memory for one chunk."""
        return self._scratch

    def commit(self, length: int) -> None:
        """Record the first `length` bytes of the chunk, as chunk, in the ring, or partly both."""
        recorded = min(length, self._budget)
        if recorded:
            self._chunks.append(bytes(self._scratch[:recorded]))
            heads.count_stderr(self._head, recorded)
            self._budget -= recorded
        if length > recorded:
            heads.put_in_ring(self._head, bytes(self._scratch[recorded:length]))
        self.last_read_at = boot_clock()

    def finish(self) -> None:
        """Record that the stream has ended."""
        self._chunks.finish()

    def close(self, *, in_use: bool = False) -> None:
        """As StreamWriter.close."""
        self._chunks.close(in_use=in_use)
