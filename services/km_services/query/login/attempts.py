"""Slowing down guesses: after some failures an address waits. Light, because the token itself has 256 bits."""

from collections import OrderedDict
from typing import Final

FAILURES_MAX: Final = 10
WINDOW_SECONDS: Final = 60.0
ADDRESSES_MAX: Final = 1024


class Attempts:
    """Failures by address within fixed windows. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait_seconds(self, address: str, now: float) -> float:
        """How long the address has to wait before it may try; 0 for now."""
        began, failures = self._failures.get(address, (now, 0))
        return max(0.0, began + WINDOW_SECONDS - now) if failures >= FAILURES_MAX else 0.0

    def failed(self, address: str, now: float) -> None:
        """A try of the address failed. The address longest quiet is forgotten when there are too many."""
        began, failures = self._failures.pop(address, (now, 0))
        if now - began >= WINDOW_SECONDS:
            began, failures = now, 0
        self._failures[address] = (began, failures + 1)
        if len(self._failures) > ADDRESSES_MAX:
            self._failures.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """The address knows the token."""
        self._failures.pop(address, None)
