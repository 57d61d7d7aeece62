"""Merging wake-ups: the first is due at once, those behind it together, `interval` seconds after it. Pure."""

from typing import Final
from uuid import UUID

MERGED_SECONDS: Final = 0.2


class WakeUps:
    """Which customers are to be asked about, and when. Times are seconds of one monotonic clock."""

    def __init__(self, interval: float = MERGED_SECONDS) -> None:
        self._interval = interval
        self._due: dict[UUID, float] = {}
        self._not_before: dict[UUID, float] = {}

    def note(self, customer_id: UUID, now: float) -> None:
        """Something of the customer changed."""
        self._due.setdefault(customer_id, max(now, self._not_before.get(customer_id, now)))

    def take_due(self, now: float) -> list[UUID]:
        """The customers to ask about now; each then rests for the interval."""
        due = [customer_id for customer_id, at in self._due.items() if at <= now]
        for customer_id in due:
            del self._due[customer_id]
            self._not_before[customer_id] = now + self._interval
        self._not_before = {each: at for each, at in self._not_before.items() if at > now}
        return due

    def next_due(self) -> float | None:
        """When somebody is due next; none while nobody is."""
        return min(self._due.values(), default=None)
