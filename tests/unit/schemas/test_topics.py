"""The registry of topics is the contract of every producer and consumer."""

import pytest

from km_schemas import headers, records, topics
from km_schemas.upcasters import CURRENT_VERSIONS, split_version


def test_the_first_generation_is_named_from_the_start() -> None:
    assert topics.physical_name(topics.FRAMES) == "mcp.frames.v1"
    assert topics.physical_name(topics.EVENTS) == "mcp.events.v1.g1"
    assert topics.physical_name(topics.SCORED, "blue.", 3) == "blue.mcp.scored.v1.g3"


def test_topics_on_one_way_have_equal_partition_counts() -> None:
    way = {topics.topic(name).partitions for name in (topics.FRAMES, topics.EVENTS, topics.SCORED)}
    assert len(way) == 1


def test_every_topic_is_compressed_stamped_by_the_broker_and_takes_large_frames() -> None:
    for topic in topics.load_topics().values():
        config = topic.config()
        assert config["message.timestamp.type"] == "LogAppendTime"
        assert config["compression.type"] == "zstd"
        assert config["max.message.bytes"] == str(20 * 1024 * 1024)


def test_raw_frames_are_kept_a_week_and_derived_events_ninety_days() -> None:
    assert topics.topic(topics.FRAMES).config()["retention.ms"] == str(7 * 24 * 3600 * 1000)
    assert topics.topic(topics.EVENTS).config()["retention.ms"] == str(90 * 24 * 3600 * 1000)


def test_every_record_type_of_the_registry_exists_in_its_current_version() -> None:
    types = [record for topic in topics.load_topics().values() for record in topic.types]
    for record in types:
        name, version = split_version(record.ce_type)
        assert CURRENT_VERSIONS[name] == version
        assert record.value == "bytes" or record.value in records.__all__
    assert {record.ce_type for record in types} >= headers.RAW_TYPES


def test_a_topic_that_is_not_in_the_registry_is_named_with_those_that_are() -> None:
    with pytest.raises(topics.TopicError, match=r"mcp\.unknown.*mcp\.frames"):
        topics.topic("mcp.unknown")


def test_a_topic_file_with_a_misspelt_field_is_refused_by_its_name() -> None:
    with pytest.raises(topics.TopicError, match=r"broken\.yaml"):
        topics.parse_topic("name: mcp.broken\npartition: 4\n", "broken.yaml")
