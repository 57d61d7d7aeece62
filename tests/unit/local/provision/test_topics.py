"""What is checked of topics that are there."""

import pytest

from km_local.errors import ProvisionError
from km_local.provision.topics import WantedTopic, check_config, check_partitions, wanted_topics
from km_schemas.topics import load_topics

FRAMES = WantedTopic("mcp.frames.v1", load_topics()["mcp.frames"])


def test_every_topic_of_the_registry_is_wanted_under_its_physical_name() -> None:
    names = {each.name for each in wanted_topics("x.", 3)}
    assert names == {topic.physical_name("x.", 3) for topic in load_topics().values()}
    assert "x.mcp.frames.v1" in names
    assert "x.mcp.events.v1.g3" in names


@pytest.mark.parametrize("count", [0, 1, 3, 5, 8])
def test_another_number_of_partitions_is_refused(count: int) -> None:
    with pytest.raises(ProvisionError, match=f"mcp.frames.v1 has {count} partitions, the contract says 4"):
        check_partitions([FRAMES], {FRAMES.name: count})


def test_the_contracts_number_passes() -> None:
    check_partitions([FRAMES], {FRAMES.name: FRAMES.topic.partitions})


def test_times_of_the_client_instead_of_the_broker_are_refused() -> None:
    found = FRAMES.topic.config() | {"message.timestamp.type": "CreateTime"}
    with pytest.raises(ProvisionError, match=r"message\.timestamp\.type=CreateTime"):
        check_config(FRAMES, found)


def test_how_long_records_are_kept_is_the_operators_choice() -> None:
    check_config(FRAMES, FRAMES.topic.config() | {"retention.ms": "1000"})
