"""`km doctor` with a real broker, and without."""

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from km.settings import write_config

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Frames, Km


def checks(km: "Km", *arguments: str) -> dict[str, dict[str, str]]:
    """The verdicts, by the name of their check; clocks are the machine's own matter."""
    said = json.loads(km.call("doctor", "--json", *arguments).stdout)
    return {verdict["check"]: verdict for verdict in said["checks"]}


async def create_with_one_partition(topic_name: str, bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic_name, 1, 1)])
    finally:
        await admin.close()


def levels(found: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: verdict["level"] for name, verdict in found.items() if name not in {"clock", "clients"}}


def test_all_is_well(km: "Km", frames: "Frames") -> None:
    found = checks(km)
    assert levels(found) == dict.fromkeys(
        ("folders", "spool", "configuration", "broker", "topic", "test event", "shipper"), "ok"
    ), found
    assert km.call("doctor").returncode == 0


def test_the_test_event_is_two_records_of_a_server_of_its_own(km: "Km", frames: "Frames") -> None:
    checks(km)
    published = frames.read()
    assert [record.headers.seq for record in published] == [1, 2]
    assert json.loads(published[0].value)["server"] == "km-doctor"


def test_without_configuration_recording_works_and_publishing_does_not(km: "Km") -> None:
    found = checks(km)
    assert levels(found) == {"folders": "ok", "spool": "ok", "configuration": "failed"}
    assert "km init" in found["configuration"]["do"]
    assert km.call("doctor").returncode == 1


def test_a_broker_that_is_away(km: "Km") -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        write_config(km.home, f"127.0.0.1:{taken.getsockname()[1]}")
        found = checks(km)
    assert found["broker"]["level"] == "failed"
    assert "nobody answers" in found["broker"]["says"]
    assert "test event" not in found


def test_something_that_answers_and_does_not_let_us_in_has_every_reason_named(km: "Km", frames: "Frames") -> None:
    write_config(km.home, frames.kafka.bootstrap, frames.prefix)
    with (km.home / "config.toml").open("a") as file:
        file.write('sasl = "SCRAM-SHA-512"\n')
    credentials = km.home / "credentials"
    credentials.touch(0o600)
    credentials.write_text('username = "ana"\npassword = "wrong"\n')
    verdict = checks(km)["broker"]
    assert (verdict["level"], "does not let us in" in verdict["says"]) == ("failed", True)
    for reason in ("password", "sasl missing", "tls", "no Kafka"):
        assert reason in verdict["do"]
    assert "wrong" not in verdict["says"]


def test_credentials_that_cannot_be_read_are_told(km: "Km", frames: "Frames") -> None:
    with (km.home / "config.toml").open("a") as file:
        file.write('sasl = "SCRAM-SHA-512"\n')
    assert str(km.home / "credentials") in checks(km)["broker"]["do"]


def test_a_topic_that_is_missing(km: "Km", frames: "Frames") -> None:
    write_config(km.home, frames.kafka.bootstrap, "elsewhere.")
    found = checks(km)
    assert found["topic"]["level"] == "failed"
    assert "UnknownTopicOrPartition" in found["topic"]["says"]


def test_a_topic_with_another_number_of_partitions(km: "Km", frames: "Frames") -> None:
    other = type(frames)(frames.kafka, frames.prefix + "other.")
    with ThreadPoolExecutor(1) as thread:  # the test's loop is none of its business
        thread.submit(lambda: asyncio.run(create_with_one_partition(other.name, frames.kafka.bootstrap))).result()
    write_config(km.home, frames.kafka.bootstrap, other.prefix)
    found = checks(km)
    assert (found["topic"]["level"], "has 1 partitions" in found["topic"]["says"]) == ("failed", True)
    assert "test event" not in found


def test_a_folder_open_to_others_is_told(km: "Km") -> None:
    km.home.mkdir(mode=0o755)
    km.home.chmod(0o755)
    found = checks(km)
    assert found["folders"]["level"] == "failed"
    assert found["folders"]["do"] == f"chmod 700 {km.home}"
