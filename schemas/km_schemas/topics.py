"""The registry of topics: one YAML file each in `topics/`, read once, contract of every producer and consumer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import msgspec
import yaml

FRAMES: Final = "mcp.frames"
EVENTS: Final = "mcp.events"
SCORED: Final = "mcp.scored"
ALERTS: Final = "mcp.alerts"
DEAD_LETTERS: Final = "mcp.dead-letters"


class TopicError(Exception):
    """A topic does not exist in the registry, or not as the registry says."""


class RecordType(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `ce_type` a topic carries."""

    ce_type: str
    value: str
    """Name of the record type in `km_schemas.records`, or `bytes`."""
    examples: str
    """Folder of its examples below `examples/`."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as the contracts want it."""

    name: str
    description: str
    key: str
    version: int
    by_generation: bool
    partitions: int
    retention_hours: int
    types: tuple[RecordType, ...]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]

    def config(self) -> dict[str, str]:
        """The broker's configuration of the topic (Apache Kafka, Topic Configs)."""
        return {
            "cleanup.policy": "delete",
            "compression.type": "zstd",
            "max.message.bytes": str(MAX_RECORD_BYTES),
            # Event times on records would let time retention delete a topic of late events whole.
            "message.timestamp.type": "LogAppendTime",
            "retention.ms": str(self.retention_hours * 3_600_000),
        }

    def physical_name(self, prefix: str, generation: int) -> str:
        """Its name on a broker: prefix, name, `.v1`, and `.g1` for what belongs to a generation."""
        suffix = f".g{generation}" if self.by_generation else ""
        return f"{prefix}{self.name}.v{self.version}{suffix}"


MAX_RECORD_BYTES: Final = 20 * 1024 * 1024
"""`max.message.bytes` of every topic: a frame part of 16 MiB, or an Event of 18 MiB, with room for its headers."""


class _TopicFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    description: str
    key: str
    version: int
    by_generation: bool
    partitions: int
    retention_hours: int
    types: tuple[RecordType, ...]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]


@cache
def load_topics() -> Mapping[str, Topic]:
    """Every topic by its logical name, from the YAML files."""
    folder = resources.files("km_schemas") / "topics"
    files = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    topics = [parse_topic((folder / name).read_text(encoding="utf-8"), name) for name in files]
    return {topic.name: topic for topic in topics}


def parse_topic(text: str, file_name: str) -> Topic:
    """The topic of one YAML file; TopicError where it is not of the form of `Topic`."""
    try:
        parsed = msgspec.convert(yaml.safe_load(text), _TopicFile)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise TopicError(f"{file_name} does not describe a topic: {error}") from error
    return Topic(**{field: getattr(parsed, field) for field in _TopicFile.__struct_fields__})


def topic(name: str) -> Topic:
    """The topic of a logical name; TopicError for one that is not in the registry."""
    try:
        return load_topics()[name]
    except KeyError:
        raise TopicError(f"no topic {name} in the registry; it knows {', '.join(load_topics())}") from None


def physical_name(name: str, prefix: str = "", generation: int = 1) -> str:
    """The name on a broker of a logical topic."""
    return topic(name).physical_name(prefix, generation)
