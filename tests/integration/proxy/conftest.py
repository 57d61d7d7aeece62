"""`km` as installed, a home of its own for each test, and a topic of its own on the real broker."""

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from km.settings import Installation, write_config
from km.shipper.batch import RawRecord
from km.shipper.runs import RunFeed
from km.spool.refuge import refuges
from km.spool.run_reader import run_folders
from km_local.testing.servers import KafkaServer
from km_schemas.headers import EventHeaders, decode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.topics import FRAMES, topic

KM = Path(sys.executable).with_name("km")
INSTALLATION_ID = "0196f3c2-0000-4000-8000-000000000001"
DEADLINE = 30.0

Result = TypeVar("Result")
Running = subprocess.Popen[bytes]


@dataclass(slots=True)
class Km:
    """`km` with a home of its own. What it starts is ended with the test."""

    home: Path
    folder: Path
    environment: dict[str, str]
    processes: list[Running] = field(default_factory=list)

    def start(self, *command: str, options: tuple[str, ...] = ()) -> Running:
        """`km OPTIONS -- COMMAND`, its three streams as pipes, in a session of its own."""
        process = subprocess.Popen(
            [str(KM), *options, "--", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment,
            start_new_session=True,
            bufsize=0,
        )
        self.processes.append(process)
        return process

    def run(self, *command: str, stdin: bytes = b"", options: tuple[str, ...] = ()) -> tuple[int, bytes, bytes]:
        """Exit code, stdout and stderr of a run that gets `stdin` and then its end."""
        process = self.start(*command, options=options)
        out, err = process.communicate(stdin, timeout=DEADLINE)
        return process.returncode, out, err

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`km ARGUMENTS`, such as `km ship --once`."""
        return subprocess.run(
            [str(KM), *arguments],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE * 2,
        )

    def python(self, source: str) -> tuple[str, ...]:
        """The command of a server written here."""
        path = self.folder / f"server-{secrets.token_hex(4)}.py"
        path.write_text(source)
        return (sys.executable, "-I", "-S", str(path))

    def spooled(self) -> list[RawRecord]:
        """What the shipper would publish of every run, oldest first."""
        installation = Installation(INSTALLATION_ID, DEFAULT_CUSTOMER_ID)
        records = []
        for folder in run_folders(self.home / "spool"):
            feed = RunFeed(folder, installation)
            while taken := feed.take(1 << 30):
                records += taken
            feed.close()
        return records

    def shipper(self) -> int | None:
        """The background process that ships this home."""
        wanted = f"KM_HOME={self.home}".encode()
        for entry in Path("/proc").iterdir():
            try:
                if not entry.name.isdigit() or b"km.shipper" not in (entry / "cmdline").read_bytes():
                    continue
                pid = int(entry.name)
                # What was spawned leads a session and forks the shipper.
                if os.getsid(pid) != pid and wanted in (entry / "environ").read_bytes().split(b"\0"):
                    return pid
            except OSError:
                continue
        return None

    def end(self) -> None:
        """End what was started."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                assert pipe is not None
                pipe.close()
        if shipper := self.shipper():
            os.kill(shipper, signal.SIGKILL)
        for home in {str(self.home), self.environment.get("KM_HOME", "")}:
            for refuge in refuges(home):
                shutil.rmtree(refuge, ignore_errors=True)


@pytest.fixture
def km(tmp_path: Path) -> Iterator[Km]:
    home = tmp_path / "home"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KM_HOME": str(home)}
    made = Km(home, tmp_path, environment)
    yield made
    made.end()


@dataclass(frozen=True, slots=True)
class Published:
    """One record of the topic."""

    headers: EventHeaders
    value: bytes
    partition: int


@dataclass(slots=True)
class Frames:
    """`mcp.frames` under a prefix of its own."""

    kafka: KafkaServer
    prefix: str

    @property
    def name(self) -> str:
        """On the broker."""
        return topic(FRAMES).physical_name(self.prefix, 1)

    def read(self) -> list[Published]:
        """Everything in the topic now."""
        return in_own_loop(self._read)

    def without_repeats(self) -> list[Published]:
        """Everything, each seq once; a repeat must equal what it repeats."""
        first: dict[tuple[str, int], Published] = {}
        for record in self.read():
            kept = first.setdefault((record.headers.run_id, record.headers.seq), record)
            assert kept == record
        return list(first.values())

    async def _read(self) -> list[Published]:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.bootstrap, max_partition_fetch_bytes=32 << 20)
        await consumer.start()
        try:
            partitions = [TopicPartition(self.name, number) for number in range(topic(FRAMES).partitions)]
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            ends = await consumer.end_offsets(partitions)
            records: list[Published] = []
            while any([await consumer.position(each) < ends[each] for each in partitions]):
                for batch in (await consumer.getmany(timeout_ms=1000)).values():
                    records += [Published(decode_headers(r.headers), r.value, r.partition) for r in batch]
            return records
        finally:
            await consumer.stop()


@pytest.fixture
def frames(kafka: KafkaServer, km: Km) -> Iterator[Frames]:
    """The topic, which `km` is configured to ship to."""
    made = Frames(kafka, f"t{secrets.token_hex(5)}.")
    make_topic(made, topic(FRAMES).partitions)
    write_config(km.home, kafka.bootstrap, made.prefix)
    yield made
    if kafka.is_ready():
        in_own_loop(lambda: _delete(made))


def make_topic(frames: Frames, partitions: int) -> None:
    """Create it as deployment does, apart from the number of partitions."""
    in_own_loop(lambda: _create(frames, partitions))


async def _create(frames: Frames, partitions: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=frames.kafka.bootstrap)
    await admin.start()
    try:
        config = topic(FRAMES).config()
        answer = await admin.create_topics([NewTopic(frames.name, partitions, 1, topic_configs=config)])
        assert all(error[1] == 0 for error in answer.topic_errors), answer
    finally:
        await admin.close()


async def _delete(frames: Frames) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=frames.kafka.bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([frames.name])
    finally:
        await admin.close()


def in_own_loop(make: Callable[[], Coroutine[object, object, Result]]) -> Result:
    """The result of a coroutine in a thread of its own: the test's loop is none of its business."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(make())).result()
