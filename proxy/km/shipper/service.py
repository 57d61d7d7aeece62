"""The shipper's loop: look for records, publish a batch, remember how far; wait in between."""

import asyncio
import logging
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from km.shipper.batch import Batch, Destination, DestinationError, RawRecord
from km.shipper.breaker import Breaker
from km.shipper.cursor import Cursor
from km.shipper.runs import RunFeed, Runs

_log = logging.getLogger(__name__)

BATCH_BYTES: Final = 1 << 20
"""Of spool a batch: a run-away of one installation delays the others by one batch."""
SHORTEST_PAUSE: Final = 0.01
LONGEST_PAUSE: Final = 0.1
"""Seconds between two looks into the spool: short while there is traffic, long when there is none."""
_EXPIRE_SECONDS: Final = 600.0
"""From one look at the age of what waits to the next."""


@dataclass(slots=True)
class Shipped:
    """What was acknowledged since the start."""

    records: int = 0
    value_bytes: int = 0
    runs_ended: int = 0


class Service:
    """Ships all runs of one spool to one destination, one batch at a time."""

    def __init__(
        self, runs: Runs, destination: Destination, breaker: Breaker, *,
        idle_seconds: float, max_age_seconds: float = math.inf,
    ) -> None:  # fmt: skip
        self._runs = runs
        self._destination = destination
        self._breaker = breaker
        self._idle_seconds = idle_seconds
        self._max_age_seconds = max_age_seconds
        self._expire_at = 0.0
        self._turn = 0
        self._said_unsaved = False
        self._refused: Batch | None = None
        self.shipped = Shipped()

    async def run(self) -> None:
        """Until there has been no run for `idle_seconds`."""
        clock = asyncio.get_running_loop().time
        pause, idle_since = SHORTEST_PAUSE, clock()
        while True:
            found = await self._try()
            if self._runs.feeds:
                idle_since = clock()
            elif clock() - idle_since >= self._idle_seconds:
                return
            pause = SHORTEST_PAUSE if found else min(pause * 1.5, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def ship_batch(self) -> bool:
        """Publish what is there, a batch of it; whether there was something. Raises DestinationError."""
        self._runs.discover()
        self._expire()
        # What was refused is kept: to read and cut it anew for each attempt would cost a core through an outage.
        batch = self._refused or self._collect()
        if not batch.records:
            return False
        self._refused = batch
        acknowledged = await self._destination.publish(batch)
        self._refused = None
        self._acknowledge(batch, acknowledged)
        return True

    async def _try(self) -> bool:
        was_open = self._breaker.is_open
        try:
            found = await self.ship_batch()
        except DestinationError as error:
            wait = self._breaker.failed()
            if not was_open:
                _log.warning("not shipping, the spool grows meanwhile: %s", error)
            await asyncio.sleep(wait)
            return False
        if found:
            self._breaker.succeeded()
            if was_open:
                _log.warning("shipping again")
        return found

    def _collect(self) -> Batch:
        """Of each run in turn, beginning with another one each time."""
        feeds = self._runs.feeds
        self._turn += 1
        records: list[RawRecord] = []
        positions: dict[str, Cursor] = {}
        size = 0
        for number in range(len(feeds)):
            feed = feeds[(self._turn + number) % len(feeds)]
            taken = feed.take(BATCH_BYTES - size) if size < BATCH_BYTES else []
            if taken:
                positions[feed.run_id] = feed.position
                size += sum(len(record.value) for record in taken)
                records += taken
        return Batch(records, positions)

    def _expire(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._expire_at and self._max_age_seconds < math.inf:
            self._expire_at = now + _EXPIRE_SECONDS
            self._refused = None
            self._runs.expire(self._max_age_seconds)

    def _save(self, feed: RunFeed, cursor: Cursor) -> None:
        """On a full disk too it goes on: what is complete is removed, and after a crash the rest is sent again."""
        try:
            feed.acknowledge(cursor)
        except OSError as error:
            if not self._said_unsaved:
                _log.warning("how far is shipped cannot be written: %s", os.strerror(error.errno or 0))
            self._said_unsaved = True
        else:
            self._said_unsaved = False

    def _acknowledge(self, batch: Batch, acknowledged: Mapping[str, Cursor]) -> None:
        for feed in self._runs.feeds:
            if feed.run_id in acknowledged:
                self._save(feed, acknowledged[feed.run_id])
                self.shipped.runs_ended += feed.has_ended
        self.shipped.records += len(batch.records)
        self.shipped.value_bytes += sum(len(record.value) for record in batch.records)
