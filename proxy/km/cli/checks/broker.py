"""The broker: reachable, willing to talk to us, with the topic as the contract wants it."""

import asyncio
import contextlib
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError, UnknownTopicOrPartitionError, for_code

from km.cli.checks.verdict import Verdict, failed, ok
from km.home import CONFIG_FILE
from km.settings import Settings, SettingsError
from km.shipper.credentials import load_credentials
from km.shipper.kafka import connection
from km_schemas.topics import FRAMES, topic

_SECONDS: Final = 5.0


async def check_broker(settings: Settings) -> list[Verdict]:
    """Reachable; authorised; the topic. What follows from a failure is not looked at."""
    addresses = settings.kafka.split(",")
    refused = [address for address in addresses if not await _answers(address)]
    if len(refused) == len(addresses):
        says = f"nobody answers at {settings.kafka}; what is recorded waits in the spool meanwhile"
        do = f"start the broker, look for a firewall, or correct kafka in {settings.home / CONFIG_FILE}"
        return [failed("broker", says, do)]
    try:
        async with asyncio.timeout(_SECONDS * 2):
            return [ok("broker", f"answers at {settings.kafka}"), await _check_topic(settings)]
    except SettingsError as error:
        return [failed("broker", "the configuration of the connection cannot be used", str(error))]
    except (KafkaError, OSError, TimeoutError) as error:
        return [_not_authorised(settings, type(error).__name__)]


def _not_authorised(settings: Settings, error: str) -> Verdict:
    says = f"somebody answers at {settings.kafka}, but does not let us in ({error})"
    do = (
        f"these look alike from here: a wrong user name or password in {settings.security.credentials_file}; sasl "
        f"missing or another mechanism than the broker's in {settings.home / CONFIG_FILE}; tls on one side only, or a "
        "certificate of an authority that ca_file does not hold; an address that is no Kafka. Check them in this order"
    )
    return failed("broker", says, do)


def _no_topic(settings: Settings, name: str, code: int) -> Verdict:
    """Kafka hides a topic's absence from a user who may not know of it: TopicAuthorizationFailed in both cases."""
    config = settings.home / CONFIG_FILE
    if code == TopicAuthorizationFailedError.errno:
        who = load_credentials(settings.security.credentials_file).username if settings.security.sasl else "this user"
        do = f"have an administrator grant WRITE and DESCRIBE on it (ACLs), or correct topic_prefix in {config}"
        return failed("topic", f"{who} has no right to topic {name}, if there is one", do)
    if code == UnknownTopicOrPartitionError.errno:
        do = f"let the deployment create it, or correct topic_prefix in {config}"
        return failed("topic", f"there is no topic {name} (UnknownTopicOrPartition)", do)
    return failed("topic", f"{name}: {for_code(code).__name__}", f"see the broker's log, or topic_prefix in {config}")


async def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except (OSError, ValueError):  # TimeoutError too
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def _check_topic(settings: Settings) -> Verdict:
    wanted = topic(FRAMES)
    name = wanted.physical_name(settings.topic_prefix, generation=1)
    admin = AIOKafkaAdminClient(**connection(settings), request_timeout_ms=int(_SECONDS * 1000))
    try:
        await admin.start()
        described = (await admin.describe_topics([name]))[0]
    finally:
        await admin.close()
    code, partitions = described["error_code"], len(described["partitions"])
    if code:
        return _no_topic(settings, name, code)
    if partitions != wanted.partitions:
        says = f"{name} has {partitions} partitions, the contract says {wanted.partitions}: nothing is published to it"
        return failed("topic", says, "let the deployment create it anew, or change topic_prefix")
    return ok("topic", f"{name} has {partitions} partitions")
