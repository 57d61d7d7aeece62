"""What waits to be sent to one browser: bounded. A slow one loses what waits and is told to `reset`."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from km_services.query.live.positions import Positions

WAITING_MAX: Final = 32

EventName = Literal["ready", "update", "reset", "away"]
"""`ready`: connected; `update`: something changed; `reset`: ask for everything again; `away`: Postgres is away."""


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event: its data as JSON, and how far a browser has seen that got it."""

    name: EventName
    data: str
    positions: Positions | None


class Outbox:
    """One browser's events, oldest first. Ends when closed."""

    def __init__(self, limit: int = WAITING_MAX) -> None:
        self._limit = limit
        self._waiting: deque[LiveEvent] = deque()
        self._changed = asyncio.Event()
        self._closed = False

    def put(self, event: LiveEvent) -> bool:
        """Add an event; False where the browser was too slow and gets a `reset` instead of all that waited."""
        kept_up = len(self._waiting) < self._limit
        if not kept_up:
            self._waiting.clear()
            event = LiveEvent("reset", "{}", event.positions)
        self._waiting.append(event)
        self._changed.set()
        return kept_up

    def begin_with(self, events: Sequence[LiveEvent]) -> None:
        """Put events in front of all that waits."""
        self._waiting.extendleft(reversed(events))
        self._changed.set()

    def close(self) -> None:
        """Nothing comes any more; what waits is still taken."""
        self._closed = True
        self._changed.set()

    @property
    def is_over(self) -> bool:
        """Whether it is closed and empty."""
        return self._closed and not self._waiting

    async def take(self, patience: float) -> LiveEvent | None:
        """The next event; none where none came within `patience` seconds, or it is over."""
        if not self._waiting and not self._closed:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), patience)
            except TimeoutError:
                return None
        return self._waiting.popleft() if self._waiting else None
