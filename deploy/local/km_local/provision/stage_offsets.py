"""The first position of every stage in every partition it reads: a worker without a row refuses to start."""

from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from km_local.errors import ProvisionError
from km_local.provision.topics import WantedTopic
from km_schemas.read_models import generation_schema


@dataclass(frozen=True, slots=True)
class FirstOffset:
    """Where a stage begins: `topic` is the logical name, `next_offset` the log's start."""

    stage: str
    topic: str
    partition: int
    next_offset: int


async def first_offsets(consumer: AIOKafkaConsumer, wanted: Iterable[WantedTopic]) -> tuple[FirstOffset, ...]:
    """One for each stage that the registry names as a consumer, and each partition of what it reads."""
    read = {
        TopicPartition(each.name, partition): each.topic
        for each in wanted
        if each.topic.consumers
        for partition in range(each.topic.partitions)
    }
    starts = await consumer.beginning_offsets(list(read))
    return tuple(
        FirstOffset(stage, topic.name, place.partition, starts[place])
        for place, topic in read.items()
        for stage in topic.consumers
    )


async def ensure_stage_offsets(
    connection: asyncpg.Connection, generation: int, cluster_id: str, offsets: tuple[FirstOffset, ...]
) -> None:
    """Insert the rows that are missing; raises `ProvisionError` when rows of another cluster are there."""
    table = f"{generation_schema(generation)}.stage_offsets"
    async with connection.transaction():
        await connection.executemany(
            f'INSERT INTO {table} (stage, topic, "partition", cluster_id, next_offset) '  # noqa: S608 - our own name
            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            [(each.stage, each.topic, each.partition, cluster_id, each.next_offset) for each in offsets],
        )
        others = await connection.fetchval(f"SELECT count(*) FROM {table} WHERE cluster_id <> $1", cluster_id)  # noqa: S608
        if others:
            raise ProvisionError(
                f"{others} offsets in {table} belong to another Kafka cluster than {cluster_id}: give the workers the "
                "cluster they came from, or begin with an empty database."
            )
