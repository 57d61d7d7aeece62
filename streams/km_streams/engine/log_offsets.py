"""Questions about the log: where partitions begin and end, which cluster it is, how many partitions topics have.

A client of its own: beside the long poll of the fetching consumer each answer would take half a second.
"""

from collections.abc import Collection, Mapping
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from km_schemas.topics import DEAD_LETTERS, Topic, load_topics, topic
from km_streams.engine.away import broker_errors
from km_streams.engine.batch import Place
from km_streams.engine.errors import RefusedError

_ANSWER_MILLISECONDS: Final = 5_000


class LogOffsets:
    """Asks the broker; DependencyAwayError where it does not answer."""

    def __init__(self, bootstrap: str, names: Mapping[str, str]) -> None:
        """`names`: physical names of topics by logical ones."""
        self._bootstrap = bootstrap
        self._names = names
        self._consumer: AIOKafkaConsumer | None = None

    async def bounds(self, places: Collection[Place]) -> dict[Place, tuple[int, int]]:
        """First offset and the one after the last, of each partition."""
        asked = {TopicPartition(self._names[place.topic], place.partition): place for place in places}
        if not asked:
            return {}
        with broker_errors():
            consumer = await self._started()
            starts = await consumer.beginning_offsets(list(asked))
            ends = await consumer.end_offsets(list(asked))
        return {place: (starts[tp], ends[tp]) for tp, place in asked.items()}

    async def close(self) -> None:
        """Disconnect."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def _started(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self._bootstrap, enable_auto_commit=False, request_timeout_ms=_ANSWER_MILLISECONDS
            )
            try:
                await consumer.start()
            except BaseException:
                await consumer.stop()
                raise
            self._consumer = consumer
        return self._consumer


async def checked_cluster(bootstrap: str, stage: str, sources: Collection[str], names: Mapping[str, str]) -> str:
    """The cluster's id, once every topic of the stage has the partitions that the contract says.

    RefusedError where one has not: records of one installation would be split between partitions.
    """
    topics = _topics_of(stage, sources)
    with broker_errors():
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=_ANSWER_MILLISECONDS)
        try:
            await admin.start()
            cluster = await admin.describe_cluster()
            described = await admin.describe_topics([names[each.name] for each in topics])
        finally:
            await admin.close()
    counts = {entry["topic"]: len(entry["partitions"]) for entry in described}
    for each in topics:
        check_partitions(names[each.name], counts.get(names[each.name], 0), each.partitions)
    return str(cluster["cluster_id"])


def _topics_of(stage: str, sources: Collection[str]) -> list[Topic]:
    written = {name for name, each in load_topics().items() if stage in each.producers}
    return [topic(name) for name in sorted({*sources, *written, DEAD_LETTERS})]


def check_partitions(name: str, found: int, wanted: int) -> None:
    """RefusedError where a topic (physical name) has not the partitions of its contract; 0: it does not exist."""
    if found == 0:
        raise RefusedError(f"the topic {name} does not exist: run `km-local provision`")
    if found != wanted:
        raise RefusedError(
            f"the topic {name} has {found} partitions, the contract says {wanted}: a topic is never altered; delete "
            "it and run `km-local provision`, or use another KM_TOPIC_PREFIX"
        )
