"""`km` as a row: with a home of its own, its shipper running, and a real Kafka behind it."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from km.home import LOCK_FILE
from km.settings import write_config
from km.spool.run_reader import run_folders
from km_local.testing.servers import KafkaServer, running_kafka
from km_schemas.topics import FRAMES, topic

KM = Path(sys.executable).with_name("km")
DRAIN_SECONDS = 120.0


@dataclass(slots=True)
class Recorder:
    """A home that ships to a broker; the shipper is not pinned with what is measured."""

    home: Path
    bootstrap: str
    shipper: "subprocess.Popen[bytes] | None" = None

    @property
    def environment(self) -> dict[str, str]:
        """For wrappers."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.home.parent), "KM_HOME": str(self.home)}

    def start_shipper(self) -> "subprocess.Popen[bytes]":
        """As a wrapper does, and kept: it ends when idle, so it is started again where that happened."""
        if self.shipper is None or self.shipper.poll() is not None:
            command = ["nice", "-n", "10", str(KM), "ship"]
            self.shipper = subprocess.Popen(command, env=self.environment)
            self._wait_for_shipper()  # its imports must not fall into somebody's figures
        return self.shipper

    def _wait_for_shipper(self) -> None:
        """Until it holds the lock: a wrapper that finds it free starts another one."""
        deadline = time.monotonic() + DRAIN_SECONDS
        with (self.home / LOCK_FILE).open("a+b") as lock:
            while True:
                try:
                    os.lockf(lock.fileno(), os.F_TEST, 0)
                except (BlockingIOError, PermissionError):
                    break
                if time.monotonic() > deadline:
                    raise TimeoutError("the shipper does not start")
                time.sleep(0.01)
        time.sleep(1.0)

    def stop_shipper(self) -> None:
        """End it, where it runs."""
        if self.shipper is not None:
            self.shipper.terminate()
            self.shipper.wait()
            self.shipper = None

    def wait_until_drained(self) -> None:
        """Every run acknowledged and removed."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while run_folders(self.home / "spool"):
            if time.monotonic() > deadline:
                raise TimeoutError("the shipper does not drain the spool")
            time.sleep(0.05)

    def forget(self) -> None:
        """Remove what is recorded; nothing of it is wanted."""
        self.stop_shipper()
        shutil.rmtree(self.home / "spool", ignore_errors=True)


@contextmanager
def recorder(folder: Path, cache: Path) -> Iterator[Recorder]:
    """With a broker for the time of the block."""
    with running_kafka(folder / "kafka", cache) as kafka:
        _make_topic(kafka)
        made = Recorder(folder / "home", kafka.bootstrap)
        write_config(made.home, kafka.bootstrap)
        try:
            yield made
        finally:
            made.stop_shipper()


def _make_topic(kafka: KafkaServer) -> None:
    import asyncio

    from aiokafka.admin import AIOKafkaAdminClient, NewTopic

    async def create() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        await admin.start()
        frames = topic(FRAMES)
        new = NewTopic(frames.physical_name("", 1), frames.partitions, 1, topic_configs=frames.config())
        await admin.create_topics([new])
        await admin.close()

    asyncio.run(create())
