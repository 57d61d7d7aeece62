"""Publishes to `mcp.frames` on a Kafka: idempotent, acknowledged by all replicas, in order.

One batch is under way at a time, so that nothing can overtake what failed. Measured on Kafka 4.3.1: through an
outage of the broker a batch that was sent waits inside the client and arrives once; so it is awaited for an hour,
and the client's pause between attempts is what an outage costs. Whatever is raised leaves the producer behind; the
next attempt makes a new one.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Required, TypedDict

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from km.settings import Settings, SettingsError
from km.shipper.batch import Batch, DestinationError, RawRecord
from km.shipper.credentials import load_credentials
from km.shipper.cursor import Cursor
from km_schemas.headers import encode_headers
from km_schemas.partitions import partition_of
from km_schemas.topics import FRAMES, MAX_RECORD_BYTES, topic

BATCH_BYTES: Final = 1 << 20
_PAUSE_MS: Final = 500
"""Between two attempts to reach a broker that is away: 0.5 s late at worst, hardly any work meanwhile."""
_REQUEST_TIMEOUT_MS: Final = 10_000
_CLOSE_SECONDS: Final = 1.0
_DELIVERY_SECONDS: Final = 3600.0
"""After it the batch is taken back, so that what became too old meanwhile can be given up."""


class Connection(TypedDict, total=False):
    """What every client of aiokafka takes to reach the broker."""

    bootstrap_servers: Required[list[str]]
    client_id: Required[str]
    security_protocol: Required[str]
    ssl_context: ssl.SSLContext
    sasl_mechanism: str
    sasl_plain_username: str
    sasl_plain_password: str


def connection(settings: Settings) -> Connection:
    """Where and as whom to connect. Raises SettingsError where certificates or credentials cannot be read."""
    security = settings.security
    made = Connection(
        bootstrap_servers=settings.kafka.split(","),
        client_id="km",
        security_protocol=("SASL_" if security.sasl else "") + ("SSL" if security.tls else "PLAINTEXT"),
    )
    if security.tls:
        made["ssl_context"] = _tls(security.ca_file)
    if security.sasl:
        credentials = load_credentials(security.credentials_file)
        made["sasl_mechanism"] = security.sasl
        made["sasl_plain_username"], made["sasl_plain_password"] = credentials.username, credentials.password
    return made


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:  # ssl.SSLError too
        raise SettingsError(f"{ca_file} holds no certificates (PEM) that can be read") from None


class KafkaDestination:
    """One producer, made at the first batch and after each failure. Raises DestinationError, and nothing else."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError, as `connection` does."""
        self._servers = settings.kafka
        self._connection = connection(settings)
        self._topic = topic(FRAMES)
        self._topic_name = self._topic.physical_name(settings.topic_prefix, generation=1)
        self._key = settings.installation.installation_id.encode()
        self._partition = partition_of(settings.installation.installation_id, self._topic.partitions)
        # The client library says the same of a broker that is away and of one that refuses to speak.
        wants = [*(["TLS"] if settings.security.tls else []), *(["the password"] if settings.security.sasl else [])]
        self._hint = f" (is it away, or is it {' or '.join(wants)}?)" if wants else ""
        self._producer: AIOKafkaProducer | None = None

    async def publish(self, batch: Batch) -> Mapping[str, Cursor]:
        """As `Destination.publish`."""
        try:
            producer = self._producer or await self._connect()
            async with asyncio.timeout(_DELIVERY_SECONDS):
                await self._send(producer, batch.records)
        except (KafkaError, OSError, ssl.SSLError) as error:
            await self.close()
            # The class alone: a message of the client may quote what it was given.
            raise DestinationError(f"Kafka at {self._servers}: {type(error).__name__}{self._hint}") from error
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
            **self._connection,
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
