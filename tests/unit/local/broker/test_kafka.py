"""The broker's command and its cluster id."""

import base64
from pathlib import Path

from km_local.broker.kafka import Distribution, new_cluster_id, serve
from km_local.broker.properties import BrokerPlace, server_properties

PLACE = BrokerPlace(Path("/k"), 20001, 20002)


def test_a_cluster_id_is_a_uuid_that_no_option_parser_takes_for_an_option() -> None:
    for _ in range(500):
        text = new_cluster_id()
        assert not text.startswith("-")
        assert len(base64.urlsafe_b64decode(text + "==")) == 16


def test_the_broker_listens_on_loopback_only() -> None:
    listeners = [line for line in server_properties(PLACE).splitlines() if line.startswith(("listeners", "advertised"))]
    assert listeners
    assert all(part.split("//")[1].startswith("127.0.0.1:") for line in listeners for part in line.split(","))


def test_topics_are_never_made_by_who_only_writes_to_them() -> None:
    assert "auto.create.topics.enable=false" in server_properties(PLACE).splitlines()


def test_an_aot_cache_is_used_only_when_it_is_there(tmp_path: Path) -> None:
    distribution = Distribution(tmp_path, tmp_path / "kafka.aot")
    assert not any("AOTCache" in word for word in serve(distribution, PLACE, tmp_path / "log").argv)
    distribution.aot_cache.touch()
    assert f"-XX:AOTCache={distribution.aot_cache}" in serve(distribution, PLACE, tmp_path / "log").argv
