"""BatchSource: the one service of a worker. Feeds batches through the stage, takes partitions over, stops cleanly."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from typing import Final, Generic, TypeVar

import mode
import structlog

from km_streams.engine.batch import Batch, Place
from km_streams.engine.errors import (
    DependencyAwayError,
    FencedError,
    StoppingError,
    WorkerStoppedError,
    describe,
)
from km_streams.engine.log_offsets import LogOffsets, checked_cluster
from km_streams.engine.losses import overtaken, record_losses
from km_streams.engine.pipeline import Pipeline
from km_streams.engine.reader import PartitionReader
from km_streams.engine.stage import Equipment, Stage

C = TypeVar("C")
R = TypeVar("R")

KEEP_ALIVE_SECONDS: Final = 1.0
COMMIT_SECONDS: Final = 1.0
LAG_SECONDS: Final = 5.0

_log = structlog.get_logger(__name__)


class BatchSource(mode.Service, Generic[C]):
    """Polls, computes, acknowledges; in its own task takes ownership after every rebalance."""

    def __init__(
        self,
        *,
        stage: Stage[C],
        enqueue: Callable[[Batch[C]], Awaitable[object]],
        resume: Callable[[], None],
        reader: PartitionReader,
        log_offsets: LogOffsets,
        equipment: Equipment,
    ) -> None:
        """`enqueue` and `resume`: the app's channel, and what opens it."""
        super().__init__()
        self._stage = stage
        self._resume = resume
        self._reader = reader
        self._log_offsets = log_offsets
        self._equipment = equipment
        self._watchdog = equipment.watchdog
        self._pipeline = Pipeline(stage, enqueue, equipment.metrics)
        self._finished = asyncio.Event()
        self._stop_asked = asyncio.Event()
        self._committed_at = 0.0
        self.ready = False
        """Whether partitions have been taken over."""

    async def on_start(self) -> None:
        """Open the channel: without it the first send would block for ever, without a word."""
        self._resume()

    async def on_stop(self) -> None:
        """Finish what is under way, move the offsets, leave the group."""
        self._stop_asked.set()
        self._equipment.patience.stop()
        await self._finished.wait()

    @mode.Service.task
    async def _work(self) -> None:
        try:
            await self._guarded(self._feed())
        finally:
            await self._close()
            self._finished.set()

    @mode.Service.task
    async def _watch_lag(self) -> None:
        await self._guarded(self._measure_lag())

    async def _guarded(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except StoppingError:
            return
        except WorkerStoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - told without its text, which may quote a record
            raise WorkerStoppedError(f"stage {self._stage.name} failed: {describe(error)}") from None

    async def _measure_lag(self) -> None:
        while not self.should_stop:
            places = self._reader.positions
            bounds = await self._equipment.patience.insist(partial(self._log_offsets.bounds, frozenset(places)))
            settled = self._equipment.ownership.settled
            lag = sum(max(0, bounds[at][1] - settled.get(at, bounds[at][1])) for at in places)
            self._equipment.metrics.lag(lag)
            self._watchdog.lag(lag)
            await self.sleep(LAG_SECONDS)

    async def _feed(self) -> None:
        insist, settings = self._equipment.patience.insist, self._equipment.settings
        cluster_id = await insist(
            lambda: checked_cluster(settings.bootstrap, self._stage.name, self._stage.sources, self._equipment.names)
        )
        await insist(self._reader.start)
        self._watchdog.start()
        with suppress(StoppingError):
            while not self.should_stop:
                await self._next(cluster_id)
        await self._wind_up()
        await self._reader.commit(self._equipment.ownership.settled)

    async def _next(self, cluster_id: str) -> None:
        if self._reader.must_take_over:
            await self._take_over(cluster_id)
        elif self._reader.changes == 0:
            await self._unless_stopping(self._reader.assigned())
        else:
            await self._turn()

    async def _turn(self) -> None:
        """One poll and what comes of it."""
        try:
            records, spans = await self._unless_stopping(self._reader.poll())
            if records:
                batch: Batch[C] = Batch(records, spans, asyncio.get_running_loop().create_future())
                await self._alive(self._pipeline.advance(batch))
                self._watchdog.made_progress()
            else:
                await self._alive(self._idle())
            await self._commit()
        except DependencyAwayError:
            self._reader.lose_positions()
        except FencedError:
            if not self._reader.must_take_over:
                raise

    async def _idle(self) -> None:
        await self._pipeline.drain()
        await self._stage.tick()

    async def _take_over(self, cluster_id: str) -> None:
        """Finish or give up what is under way, then own what the group has assigned, from the stored offsets on."""
        await self._wind_up()
        self._stage.reset()
        places = await self._unless_stopping(self._reader.assigned())
        changes = self._reader.changes
        positions = await self._alive(self._equipment.patience.insist(lambda: self._take(places, cluster_id, changes)))
        if self._reader.begin(positions, changes):
            self._equipment.metrics.rebalanced()
            self.ready = True
            _log.info("partitions taken over", stage=self._stage.name, partitions=len(positions))

    async def _wind_up(self) -> None:
        try:
            await self._alive(self._settle_all())
        except (DependencyAwayError, FencedError):
            await self._pipeline.discard()

    async def _settle_all(self) -> None:
        await self._pipeline.drain()
        await self._stage.settle()

    async def _take(self, places: frozenset[Place], cluster_id: str, changes: int) -> Mapping[Place, int]:
        if changes != self._reader.changes:
            return {}  # given to somebody else meanwhile: taking it now would fence the rightful owner
        ownership, settings = self._equipment.ownership, self._equipment.settings
        positions = dict(await ownership.take(places, cluster_id))
        lost = overtaken(positions, await self._log_offsets.bounds(places))
        if lost:
            async with self._equipment.database.transaction() as connection:
                await record_losses(connection, settings.generation, settings.customer_id, self._stage.name, lost)
                await ownership.move(connection, lost)
            ownership.moved(lost)
            self._equipment.metrics.lost(sum(span.end - span.first for span in lost))
            _log.error("retention deleted records before they were read", stage=self._stage.name, ranges=len(lost))
        return {**positions, **{span.place: span.end for span in lost}}

    async def _commit(self) -> None:
        if time.monotonic() - self._committed_at >= COMMIT_SECONDS:
            self._committed_at = time.monotonic()
            await self._reader.commit(self._equipment.ownership.settled)

    async def _alive(self, work: Coroutine[object, object, R]) -> R:
        """What `work` gives; while it takes long, the group hears from us."""
        task = asyncio.ensure_future(work)
        try:
            with self._watchdog.working():
                await asyncio.wait({task}, timeout=KEEP_ALIVE_SECONDS)
                while not task.done():
                    await self._reader.keep_alive()
                    await asyncio.wait({task}, timeout=KEEP_ALIVE_SECONDS)
            self._reader.resume()
            return task.result()
        finally:
            task.cancel()

    async def _unless_stopping(self, work: Coroutine[object, object, R]) -> R:
        """What `work` gives; StoppingError when the worker is asked to stop first."""
        task, stop = asyncio.ensure_future(work), asyncio.ensure_future(self._stop_asked.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise StoppingError
            return task.result()
        finally:
            task.cancel()
            stop.cancel()

    async def _close(self) -> None:
        self._watchdog.close()
        await self._pipeline.discard()
        await self._reader.close()
        await self._log_offsets.close()
        await self._equipment.outputs.close()
        await self._equipment.database.close()
