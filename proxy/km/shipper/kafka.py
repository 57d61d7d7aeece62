"""Publishes to `mcp.frames` on a Kafka: idempotent, acknowledged by all replicas, in order.

One batch is under way at a time, so that nothing can overtake what failed. Measured on Kafka 4.3.1: through an
outage of the broker a batch that was sent waits inside the client and arrives once; so it is awaited without a
limit of our own, and the client's pause between attempts is what an outage costs. Whatever is raised leaves the
producer behind; the next attempt makes a new one.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping, Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from km.settings import Settings
from km.shipper.batch import Batch, DestinationError, RawRecord
from km.shipper.cursor import Cursor
from km_schemas.headers import encode_headers
from km_schemas.partitions import partition_of
from km_schemas.topics import FRAMES, MAX_RECORD_BYTES, topic

BATCH_BYTES: Final = 1 << 20
_PAUSE_MS: Final = 500
"""Between two attempts to reach a broker that is away: 0.5 s late at worst, hardly any work meanwhile."""
_REQUEST_TIMEOUT_MS: Final = 10_000
_CLOSE_SECONDS: Final = 1.0


class KafkaDestination:
    """One producer, made at the first batch and after each failure. Raises DestinationError, and nothing else."""

    def __init__(self, settings: Settings) -> None:
        self._servers = settings.kafka
        self._topic = topic(FRAMES)
        self._topic_name = self._topic.physical_name(settings.topic_prefix, generation=1)
        self._key = settings.installation.installation_id.encode()
        self._partition = partition_of(settings.installation.installation_id, self._topic.partitions)
        self._producer: AIOKafkaProducer | None = None

    async def publish(self, batch: Batch) -> Mapping[str, Cursor]:
        """As `Destination.publish`."""
        try:
            producer = self._producer or await self._connect()
            await self._send(producer, batch.records)
        except (KafkaError, OSError, ssl.SSLError) as error:
            await self.close()
            # The class alone: a message of the client may quote what it was given.
            raise DestinationError(f"Kafka at {self._servers}: {type(error).__name__}") from error
        except BaseException:
            await self.close()
            raise
        return batch.positions

    async def close(self) -> None:
        """As `Destination.close`."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)

    async def _connect(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._servers.split(","),
            client_id="km",
            acks="all",
            enable_idempotence=True,
            compression_type="zstd",
            max_batch_size=BATCH_BYTES,
            max_request_size=MAX_RECORD_BYTES,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            retry_backoff_ms=_PAUSE_MS,
        )
        try:
            await producer.start()
            await self._check(producer)
        except BaseException:
            await _stop(producer)
            raise
        self._producer = producer
        return producer

    async def _check(self, producer: AIOKafkaProducer) -> None:
        """The partition count is contract: with another one, the order within an installation would break."""
        async with asyncio.timeout(_REQUEST_TIMEOUT_MS / 1000):
            partitions = await producer.partitions_for(self._topic_name)
        if len(partitions) != self._topic.partitions:
            raise DestinationError(
                f"topic {self._topic_name} at {self._servers} has {len(partitions)} partitions, the contract says "
                f"{self._topic.partitions}: let the deployment create it, or change topic_prefix"
            )

    async def _send(self, producer: AIOKafkaProducer, records: Sequence[RawRecord]) -> None:
        builder = producer.create_batch()
        for record in records:
            headers = encode_headers(record.headers)
            if not builder.append(key=self._key, value=record.value, timestamp=None, headers=headers):
                await self._deliver(producer, builder)
                builder = producer.create_batch()
                builder.append(key=self._key, value=record.value, timestamp=None, headers=headers)
        await self._deliver(producer, builder)

    async def _deliver(self, producer: AIOKafkaProducer, builder: object) -> None:
        await (await producer.send_batch(builder, self._topic_name, partition=self._partition))


async def _stop(producer: AIOKafkaProducer) -> None:
    """A producer whose broker is away would wait for it: it is left to the end of the process then."""
    with contextlib.suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await producer.stop()
