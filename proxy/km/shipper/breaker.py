"""One circuit breaker for the destination: how long to leave it alone after failures. Pure.

Waits double from 0.2 s to 5 s and are cut by up to a half at random, so that the installations of a company do not
return all at once.
"""

from collections.abc import Callable
from typing import Final

FIRST_WAIT: Final = 0.2
LONGEST_WAIT: Final = 5.0


class Breaker:
    """Closed (0 seconds to wait) until a failure; closed again by a success."""

    def __init__(self, random: Callable[[], float]) -> None:
        """`random` gives numbers from 0 up to 1."""
        self._random = random
        self._failures = 0

    @property
    def is_open(self) -> bool:
        """Whether the last attempt failed."""
        return self._failures > 0

    def failed(self) -> float:
        """After a failure: seconds to leave the destination alone."""
        wait = min(FIRST_WAIT * 2.0 ** min(self._failures, 32), LONGEST_WAIT)
        self._failures += 1
        return wait * (1 - self._random() / 2)

    def succeeded(self) -> None:
        """After a success."""
        self._failures = 0
