"""Topics as the contracts want them, created when missing and never altered."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from km_local.errors import ProvisionError
from km_schemas.topics import Topic, load_topics

TOPIC_ALREADY_EXISTS = 36  # Kafka protocol, error codes
CREATE_MILLISECONDS = 30_000
SPREAD_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class WantedTopic:
    """One topic under its physical name."""

    name: str
    topic: Topic


def wanted_topics(prefix: str, generation: int) -> tuple[WantedTopic, ...]:
    """Every topic of the registry for one prefix and generation."""
    return tuple(WantedTopic(topic.physical_name(prefix, generation), topic) for topic in load_topics().values())


async def ensure_topics(admin: AIOKafkaAdminClient, wanted: tuple[WantedTopic, ...], replicas: int) -> None:
    """Create what is missing; raises `ProvisionError` where a topic is refused or is not as the contract says."""
    new = [NewTopic(each.name, each.topic.partitions, replicas, topic_configs=each.topic.config()) for each in wanted]
    answer = await admin.create_topics(new, timeout_ms=CREATE_MILLISECONDS)
    for name, code, *_ in answer.topic_errors:  # aiokafka raises nothing of this by itself
        if code not in {0, TOPIC_ALREADY_EXISTS}:
            raise ProvisionError(f"Kafka refused to create the topic {name} (error code {code}).")
    existed = {name for name, code, *_ in answer.topic_errors if code == TOPIC_ALREADY_EXISTS}
    check_partitions(wanted, await _partition_counts(admin, [each.name for each in wanted]))
    await _check_configs(admin, [each for each in wanted if each.name in existed])


async def _partition_counts(admin: AIOKafkaAdminClient, names: list[str]) -> Mapping[str, int]:
    """Partitions of each topic, once the broker that answers knows the topics and their leaders.

    The controller has created them by then; what it decided reaches the broker a little later.
    """
    deadline = time.monotonic() + SPREAD_SECONDS
    while unknown := _without_leader(described := await admin.describe_topics(names)):
        if time.monotonic() > deadline:
            raise ProvisionError(
                f"Kafka knows no leader yet for {', '.join(unknown)}: look whether its brokers are well."
            )
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    return {entry["topic"]: len(entry["partitions"]) for entry in described}


def _without_leader(described: list[Any]) -> list[str]:
    """The topics that a Metadata answer does not show whole."""
    return [
        entry["topic"]
        for entry in described
        if entry["error_code"] != 0 or any(partition["leader"] < 0 for partition in entry["partitions"])
    ]


def check_partitions(wanted: Iterable[WantedTopic], counts: Mapping[str, int]) -> None:
    """Partition counts are contract: records of one installation would be split. Raises `ProvisionError`."""
    for each in wanted:
        count = counts.get(each.name, 0)
        if count != each.topic.partitions:
            raise ProvisionError(
                f"The topic {each.name} has {count} partitions, the contract says {each.topic.partitions}: a topic is "
                "never altered; delete it or use another KM_TOPIC_PREFIX."
            )


async def _check_configs(admin: AIOKafkaAdminClient, existed: list[WantedTopic]) -> None:
    if not existed:
        return
    resources = [ConfigResource(ConfigResourceType.TOPIC, each.name) for each in existed]
    found: dict[str, dict[str, str]] = {}
    for answer in await admin.describe_configs(resources):
        for _code, _message, _type, name, entries in answer.resources:
            found[name] = {entry[0]: entry[1] for entry in entries}
    for each in existed:
        check_config(each, found.get(each.name, {}))


def check_config(wanted: WantedTopic, found: Mapping[str, str]) -> None:
    """What the contract fixes must be so on the broker. Retention is the operator's. Raises `ProvisionError`."""
    for key, value in wanted.topic.config().items():
        if key != "retention.ms" and found.get(key) != value:
            raise ProvisionError(
                f"The topic {wanted.name} has {key}={found.get(key)}, the contract says {value}: set it with your "
                "Kafka tools, then provision again."
            )
