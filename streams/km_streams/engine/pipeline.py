"""One batch computing, one being acknowledged; always in order; a failure discards both."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from km_streams.engine.batch import Batch
from km_streams.engine.metrics import Metrics
from km_streams.engine.stage import Stage

C = TypeVar("C")


class Pipeline(Generic[C]):
    """Takes batches through a stage."""

    def __init__(self, stage: Stage[C], enqueue: Callable[[Batch[C]], Awaitable[object]], metrics: Metrics) -> None:
        """`enqueue` hands a batch to whoever computes it and sets its future."""
        self._stage = stage
        self._enqueue = enqueue
        self._metrics = metrics
        self._acknowledging: asyncio.Task[None] | None = None

    async def advance(self, batch: Batch[C]) -> None:
        """Compute a batch, then leave it to be acknowledged as soon as the one before has been."""
        began = time.monotonic()
        await self._enqueue(batch)
        computed = await batch.computed
        await self.drain()
        self._acknowledging = asyncio.create_task(self._acknowledge(computed, began))

    async def drain(self) -> None:
        """Wait until nothing is under way; raises what failed."""
        task, self._acknowledging = self._acknowledging, None
        if task is not None:
            await task

    async def discard(self) -> None:
        """Give up what is being acknowledged; whether it came to be, the stored offsets say."""
        task, self._acknowledging = self._acknowledging, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _acknowledge(self, computed: C, began: float) -> None:
        await self._stage.acknowledge(computed)
        self._metrics.batch(time.monotonic() - began)
