"""The JVM's AOT cache: made once on this machine by a short training run of a broker of its own."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from km_local.broker.kafka import Distribution, prepare, serve
from km_local.broker.probe import is_serving
from km_local.broker.properties import BrokerPlace
from km_local.ports import HOST, free_port
from km_local.processes.child import Child, wait_until_ready

READY_SECONDS = 60.0
WRITE_SECONDS = 180.0
TOPIC, RECORDS = "training", 200


def make_cache(distribution: Distribution, log: Path) -> None:
    """Run a broker through its daily work and keep what the JVM learned in `distribution.aot_cache`."""
    part = distribution.aot_cache.with_suffix(".part")
    folder = Path(tempfile.mkdtemp(prefix="aot-", dir=distribution.jars.parent))
    try:
        _train(distribution, folder, log, part)
        part.replace(distribution.aot_cache)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _train(distribution: Distribution, folder: Path, log: Path, output: Path) -> None:
    port = free_port()
    place = BrokerPlace(folder, port, free_port(frozenset({port})))
    prepare(distribution, place, log)
    child = Child(serve(distribution, place, log, f"-XX:AOTCacheOutput={output}"))
    try:
        wait_until_ready(child, lambda: is_serving(HOST, port), READY_SECONDS)
        asyncio.run(_daily_work(place.bootstrap))
    finally:
        child.stop(WRITE_SECONDS)


async def _daily_work(bootstrap: str) -> None:
    """Create a topic, append to it, read it in a group: what every later broker does first."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 4, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        for number in range(RECORDS):
            await producer.send_and_wait(TOPIC, b"%d" % number)
    group = AIOKafkaConsumer(TOPIC, bootstrap_servers=bootstrap, group_id=TOPIC, auto_offset_reset="earliest")
    async with group as consumer:
        for _ in range(RECORDS):
            await consumer.getone()
        await consumer.commit()
