"""Durations of calls as counts in fixed buckets, so that hours, servers and partitions add up exactly.

Bounds: those of the OpenTelemetry conventions for MCP (`mcp.client.operation.duration`), and finer ones below
10 ms, where most stdio servers answer.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

BOUNDS_US: Final = (
    1_000, 2_000, 5_000,
    10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000,
    30_000_000, 60_000_000, 120_000_000, 300_000_000,
)  # fmt: skip
"""Upper bounds, inclusive, in microseconds; one more bucket holds what is above the last."""
BUCKETS: Final = len(BOUNDS_US) + 1


def bucket_of(duration_us: int) -> int:
    """The bucket (0 … BUCKETS - 1) of a duration."""
    return bisect_left(BOUNDS_US, duration_us)


def quantile_us(counts: Sequence[int], q: float) -> int | None:
    """The q-quantile (0 < q ≤ 1) in microseconds, linear within its bucket; none for no counts.

    What lies above the last bound is told as the last bound.
    """
    total = sum(counts)
    if total == 0:
        return None
    rank, below = q * total, 0
    for bucket, count in enumerate(counts):
        if count and below + count >= rank:
            return _within(bucket, (rank - below) / count)
        below += count
    return BOUNDS_US[-1]


def _within(bucket: int, share: float) -> int:
    if bucket >= len(BOUNDS_US):
        return BOUNDS_US[-1]
    low = BOUNDS_US[bucket - 1] if bucket else 0
    return round(low + (BOUNDS_US[bucket] - low) * share)
