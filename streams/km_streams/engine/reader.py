"""The consumer of one worker: which partitions are assigned, where each stands, what comes next.

aiokafka fetches before the rebalance listener has finished and only logs what it raises: the listener pauses, and
says that something changed; taking over is its owner's task.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import IllegalStateError, KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from km_streams.engine.away import broker_errors
from km_streams.engine.batch import Place, Span
from km_streams.engine.processor import SourceRecord

POLL_MILLISECONDS: Final = 200
POLL_RECORDS: Final = 2000
COALESCE_SECONDS: Final = 0.010
"""Between polls under load: fewer, fuller batches at a cost of 10 ms."""

Polled = tuple[tuple[SourceRecord, ...], tuple[Span, ...]]
_NOTHING: Final[Polled] = ((), ())


class PartitionReader(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Reads the partitions that the group assigns and that have been taken over."""

    def __init__(self, bootstrap: str, group: str, names: Mapping[str, str], session_seconds: float) -> None:
        """`names`: physical names of the topics to read by logical ones; `session_seconds`: see Settings."""
        self._bootstrap = bootstrap
        self._group = group
        self._names = names
        self._session_milliseconds = int(session_seconds * 1000)
        self._logical = {physical: logical for logical, physical in names.items()}
        self._consumer: AIOKafkaConsumer | None = None
        self._positions: dict[TopicPartition, int] = {}
        self._assigned = asyncio.Event()
        self._last_poll = 0.0
        self.changes = 0
        """Grows with every change of the assignment, and whenever positions are lost."""
        self._taken = 0

    async def start(self) -> None:
        """Join the group; DependencyAwayError where the broker does not answer."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_min_bytes=1,
            fetch_max_wait_ms=500,
            max_poll_records=POLL_RECORDS,
            session_timeout_ms=self._session_milliseconds,
            heartbeat_interval_ms=self._session_milliseconds // 3,
        )
        consumer.subscribe(topics=list(self._logical), listener=self)
        self._consumer = consumer
        with broker_errors():
            try:
                await consumer.start()
            except BaseException:
                await consumer.stop()
                raise

    async def close(self) -> None:
        """Leave the group."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """The group takes partitions away: pause, and say so."""
        self._pause(revoked)
        self._assigned.clear()
        self.changes += 1

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """The group gives partitions: pause until they are taken over, and say so."""
        self._pause(assigned)
        self._assigned.set()
        self.changes += 1

    @property
    def must_take_over(self) -> bool:
        """Whether the assignment has changed since `begin`."""
        return self.changes != self._taken

    @property
    def positions(self) -> dict[Place, int]:
        """The next offset to read of each partition taken over."""
        return {self._place(tp): offset for tp, offset in self._positions.items()}

    def lose_positions(self) -> None:
        """What was read since the stored offsets is to be read again."""
        self.changes += 1

    async def assigned(self) -> frozenset[Place]:
        """Pause; what the group has assigned, once it has."""
        self._positions.clear()
        await self._assigned.wait()
        assignment = self._client().assignment()
        self._pause(assignment)
        return frozenset(self._place(tp) for tp in assignment)

    def begin(self, positions: Mapping[Place, int], changes: int) -> bool:
        """Read on from `positions`; False, and nothing done, where the assignment has changed since `changes`."""
        if changes != self.changes:
            return False
        consumer = self._client()
        self._positions = {TopicPartition(self._names[at.topic], at.partition): to for at, to in positions.items()}
        for tp, offset in self._positions.items():
            consumer.seek(tp, offset)
        consumer.resume(*self._positions)
        self._taken = changes
        return True

    async def poll(self) -> Polled:
        """The next records of the partitions taken over, at least 10 ms after the last ones; nothing after 200 ms."""
        await asyncio.sleep(self._last_poll + COALESCE_SECONDS - time.monotonic())
        try:
            with broker_errors():
                fetched = await self._client().getmany(timeout_ms=POLL_MILLISECONDS)
        except NoOffsetForPartitionError:
            return _NOTHING  # of a partition that has not been taken over: offsets are not kept in Kafka
        except OffsetOutOfRangeError:
            self.lose_positions()  # retention overtook us; taking over finds out by how much
            return _NOTHING
        if not fetched or self.must_take_over:
            return _NOTHING
        self._last_poll = time.monotonic()
        return self._owned(fetched)

    async def keep_alive(self) -> None:
        """Tell the group that we are there, while a batch takes long: poll with everything paused."""
        self._pause(set(self._positions))
        with contextlib.suppress(TimeoutError, NoOffsetForPartitionError, OffsetOutOfRangeError):
            async with asyncio.timeout(1.0):
                await self._client().getmany(timeout_ms=0)

    def resume(self) -> None:
        """Read on after `keep_alive`."""
        if not self.must_take_over:
            self._client().resume(*self._positions)

    async def commit(self, offsets: Mapping[Place, int]) -> None:
        """Tell Kafka's lag tools where we are; nobody reads it, so failing changes nothing."""
        places = {TopicPartition(self._names[at.topic], at.partition): to for at, to in offsets.items()}
        owned = {tp: to for tp, to in places.items() if tp in self._positions}
        if not owned:
            return
        with contextlib.suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(2.0):
                await self._client().commit(owned)

    def _owned(self, fetched: Mapping[TopicPartition, list[ConsumerRecord]]) -> Polled:
        records: list[SourceRecord] = []
        spans: list[Span] = []
        for tp, found in fetched.items():
            first = self._positions.get(tp)
            if first is None:
                continue
            end = found[-1].offset + 1
            spans.append(Span(self._place(tp), first, end))
            self._positions[tp] = end
            records.extend(self._record(record) for record in found)
        return tuple(records), tuple(spans)

    def _record(self, record: ConsumerRecord) -> SourceRecord:
        return SourceRecord(
            self._logical[record.topic],
            record.partition,
            record.offset,
            record.timestamp * 1000,
            record.key,
            record.value or b"",
            record.headers,
        )

    def _pause(self, partitions: set[TopicPartition] | frozenset[TopicPartition]) -> None:
        for partition in partitions:
            with contextlib.suppress(IllegalStateError):  # no longer assigned: nothing comes from it
                self._client().pause(partition)

    def _place(self, tp: TopicPartition) -> Place:
        return Place(self._logical[tp.topic], tp.partition)

    def _client(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("the reader was not started")
        return self._consumer
