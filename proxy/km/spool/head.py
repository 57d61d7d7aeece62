"""The file `head` of a run: counters and the run's end in the first page, a ring, the description.

    0      magic      8 bytes  `KMHEAD` and the format's version
    64     end        u32 state (0 running, 1 ended), u32 how (EXITED, SIGNALLED), i32 code or signal, u32 0,
                      u64 ended_at: CLOCK_BOOTTIME ns. The state is written last.
    128    losses     per stream u64 bytes, u64 chunks, u64 errno: forwarded, not recorded, since the run's start
    256    stderr     u64 bytes seen, u64 bytes recorded as lines, u64 bytes put into the ring
    4096   ring       64 KiB: the last of stderr; byte i of what was put in stands at i mod 64 KiB
    69632  description (`km.spool.description`), to the end of the file

Written whole before the run's folder gets its name, mapped afterwards: counting needs no space on a full disk.
"""

import struct

from km.spool.streams import STREAMS

MAGIC = b"KMHEAD\x00\x01"
EXITED, SIGNALLED = 1, 2

RING_BYTES = 64 * 1024
_RING = 4096
DESCRIPTION = _RING + RING_BYTES

_END = struct.Struct("<IiIQ")
_STATE = struct.Struct("<I")
_LOSS = struct.Struct("<QQQ")
_STDERR = struct.Struct("<QQQ")
_END_AT, _LOSSES_AT, _STDERR_AT = 64, 128, 256

Buffer = memoryview
"""At least DESCRIPTION bytes of a head, writable where it is written to."""


class RunEnd:
    """How a run ended."""

    __slots__ = ("ended_at", "how", "value")

    def __init__(self, how: int, value: int, ended_at: int) -> None:
        self.how = how
        self.value = value
        self.ended_at = ended_at


def new_head(description: bytes) -> bytes:
    """The content of the head of a run that starts."""
    return MAGIC + bytes(DESCRIPTION - len(MAGIC)) + description


def write_end(head: Buffer, end: RunEnd) -> None:
    """Say that the run has ended. Nothing is written to the spool afterwards."""
    _END.pack_into(head, _END_AT + _STATE.size, end.how, end.value, 0, end.ended_at)
    _STATE.pack_into(head, _END_AT, 1)


def read_end(head: Buffer) -> RunEnd | None:
    """How the run ended; None while it has not said so."""
    if not _STATE.unpack_from(head, _END_AT)[0]:
        return None
    how, value, _, ended_at = _END.unpack_from(head, _END_AT + _STATE.size)
    return RunEnd(how, value, ended_at)


def add_loss(head: Buffer, stream: int, lost_bytes: int) -> None:
    """Count one chunk of a stream that was forwarded and not recorded, for the reason set last."""
    total, chunks, errno = read_loss(head, stream)
    set_loss(head, stream, total + lost_bytes, chunks + 1, errno)


def set_loss(head: Buffer, stream: int, lost_bytes: int, chunks: int, errno: int) -> None:
    """What a stream has lost since the run's start, and why it loses now."""
    _LOSS.pack_into(head, _LOSSES_AT + stream * _LOSS.size, lost_bytes, chunks, errno)


def read_loss(head: Buffer, stream: int) -> tuple[int, int, int]:
    """Bytes and chunks of a stream lost since the run's start, and the last errno."""
    lost_bytes, chunks, errno = _LOSS.unpack_from(head, _LOSSES_AT + stream * _LOSS.size)
    return lost_bytes, chunks, errno


def read_losses(head: Buffer) -> list[tuple[int, int, int]]:
    """`read_loss` of every stream."""
    return [read_loss(head, stream) for stream in STREAMS]


def count_stderr(head: Buffer, recorded: int) -> None:
    """Count bytes of stderr that are recorded as lines."""
    seen, lines, ring = _STDERR.unpack_from(head, _STDERR_AT)
    _STDERR.pack_into(head, _STDERR_AT, seen + recorded, lines + recorded, ring)


def read_stderr_counts(head: Buffer) -> tuple[int, int]:
    """Bytes of stderr seen, and how many of them neither lines nor ring hold."""
    seen, lines, ring = _STDERR.unpack_from(head, _STDERR_AT)
    return seen, seen - lines - min(ring, RING_BYTES)


def put_in_ring(head: Buffer, data: bytes) -> None:
    """Add to the last of stderr."""
    seen, lines, ring = _STDERR.unpack_from(head, _STDERR_AT)
    kept = data[-RING_BYTES:]
    start = (ring + len(data) - len(kept)) % RING_BYTES
    first = kept[: RING_BYTES - start]
    head[_RING + start : _RING + start + len(first)] = first
    head[_RING : _RING + len(kept) - len(first)] = kept[len(first) :]
    _STDERR.pack_into(head, _STDERR_AT, seen + len(data), lines, ring + len(data))


def read_ring(head: Buffer) -> bytes:
    """The last of stderr, oldest byte first."""
    ring = _STDERR.unpack_from(head, _STDERR_AT)[2]
    whole = bytes(head[_RING : _RING + RING_BYTES])
    if ring <= RING_BYTES:
        return whole[:ring]
    start = ring % RING_BYTES
    return whole[start:] + whole[:start]
