"""Writes outputs: one idempotent producer, whole batches of records for each partition."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from km_schemas.topics import MAX_RECORD_BYTES
from km_streams.engine.away import broker_errors
from km_streams.engine.errors import Dependency
from km_streams.engine.patience import Patience
from km_streams.engine.processor import OutputRecord

BATCH_BYTES: Final = 512 * 1024
_ANSWER_MILLISECONDS: Final = 15_000
_BROKER: Final[Dependency] = "broker"

Delivery = asyncio.Future[object]


class Outputs:
    """The producer of one worker."""

    def __init__(self, bootstrap: str, names: Mapping[str, str], patience: Patience) -> None:
        """`names`: physical names of topics by logical ones."""
        self._bootstrap = bootstrap
        self._names = names
        self._patience = patience
        self._producer: AIOKafkaProducer | None = None

    async def send(self, outputs: Iterable[OutputRecord]) -> list[Delivery]:
        """Hand outputs over in order; a delivery for each batch of them. Waits while the broker is away."""
        grouped = _by_partition(outputs)
        if not grouped:
            return []
        producer = await self._patience.insist(self._started)
        return [
            await self._enqueue(producer, batch, self._names[topic], partition)
            for (topic, partition), records in grouped.items()
            for batch in _batches(producer, records)
        ]

    async def delivered(self, deliveries: Sequence[Delivery]) -> None:
        """Wait until the broker has acknowledged all of them.

        An idempotent batch waits without limit for a broker that is away. DependencyAwayError where one was given
        up: what came after it may stand in the topic already, so the caller begins again from its offsets.
        """
        if deliveries:
            everything = asyncio.gather(*deliveries)
            with broker_errors():
                await self._patience.outlast(everything, _BROKER)

    async def close(self) -> None:
        """Disconnect; what is not acknowledged will be made again from the offsets."""
        if self._producer is not None:
            try:
                await asyncio.wait_for(self._producer.stop(), timeout=2.0)
            except TimeoutError:
                return

    async def _enqueue(self, producer: AIOKafkaProducer, batch: BatchBuilder, topic: str, partition: int) -> Delivery:
        async def attempt() -> Delivery:
            # A timeout here says that the batch was never enqueued: the same one may be handed over again.
            with broker_errors():
                delivery: Delivery = await producer.send_batch(batch, topic, partition=partition)
                return delivery

        return await self._patience.insist(attempt)

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                enable_idempotence=True,
                acks="all",
                compression_type="zstd",
                linger_ms=0,
                max_batch_size=BATCH_BYTES,
                max_request_size=MAX_RECORD_BYTES + BATCH_BYTES,
                request_timeout_ms=_ANSWER_MILLISECONDS,
            )
            with broker_errors():
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
            self._producer = producer
        return self._producer


def _by_partition(outputs: Iterable[OutputRecord]) -> dict[tuple[str, int], list[OutputRecord]]:
    grouped: dict[tuple[str, int], list[OutputRecord]] = {}
    for place, records in groupby(outputs, key=lambda output: (output.topic, output.partition)):
        grouped.setdefault(place, []).extend(records)
    return grouped


def _batches(producer: AIOKafkaProducer, records: Sequence[OutputRecord]) -> Iterator[BatchBuilder]:
    batch = producer.create_batch()
    for record in records:
        if not _append(batch, record):
            yield batch
            batch = producer.create_batch()
            _append(batch, record)
    batch.close()
    yield batch


def _append(batch: BatchBuilder, record: OutputRecord) -> bool:
    added = batch.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
    return added is not None
