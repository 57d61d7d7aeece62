"""Which seqs of a run have come: everything below `next_seq` but the missing ranges."""

from bisect import bisect_right
from typing import Final

from km_streams.score.state import RunState

RANGES_LIMIT: Final = 64
"""Missing ranges kept of a run; the oldest is given up first (what comes late from it counts as a repeat)."""


def is_repeat(run: RunState, seq: int) -> bool:
    """Whether a seq has come before; one in a missing range is late, not a repeat."""
    return seq < run.next_seq and _range_of(run, seq) is None


def accept(run: RunState, seq: int) -> None:
    """Note that a seq that is no repeat has come."""
    if seq >= run.next_seq:
        if seq > run.next_seq:
            run.missing.append((run.next_seq, seq))
            del run.missing[:-RANGES_LIMIT]
        run.next_seq = seq + 1
        return
    position = _range_of(run, seq)
    if position is not None:
        first, end = run.missing[position]
        run.missing[position : position + 1] = [part for part in ((first, seq), (seq + 1, end)) if part[0] < part[1]]
        del run.missing[:-RANGES_LIMIT]


def _range_of(run: RunState, seq: int) -> int | None:
    position = bisect_right(run.missing, seq, key=lambda missing: missing[0]) - 1
    return position if position >= 0 and seq < run.missing[position][1] else None
