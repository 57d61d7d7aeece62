"""What traffic costs, in whole nano-dollars, so that sums are exact."""

from typing import Final

DEFAULT_NANODOLLARS_PER_KIB: Final = 1_000_000
"""0.001 $ a KiB, as the original had it."""
_KIB: Final = 1024


def cost_of(size: int, nanodollars_per_kib: int) -> int:
    """The cost of `size` bytes, rounded down."""
    return size * nanodollars_per_kib // _KIB
