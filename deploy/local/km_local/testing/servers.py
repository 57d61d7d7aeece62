"""A broker and a database that a test may kill."""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from km_local.broker import kafka
from km_local.broker.cache import ensure_distribution
from km_local.broker.probe import is_serving
from km_local.broker.properties import BrokerPlace
from km_local.database import postgres
from km_local.database.programs import Home, ensure_home
from km_local.ports import HOST, free_port
from km_local.processes.child import Child, Command, wait_until_ready

READY_SECONDS = 60.0
FAST = {"fsync": "off", "max_connections": "200"}  # a killed process loses nothing by it, a killed machine would


class Server:
    """A child process that a test stops, kills and starts again; every method returns when it is done."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self.log = command.log
        self._child: Child | None = None

    def is_ready(self) -> bool:
        """Whether it serves its clients."""
        raise NotImplementedError

    def start(self) -> None:
        """Start and wait until it serves."""
        self._child = Child(self._command)
        wait_until_ready(self._child, self.is_ready, READY_SECONDS)

    def stop(self) -> None:
        """Ask it to end; nothing where it does not run."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def kill(self) -> None:
        """SIGKILL, and wait until it is reaped; nothing where it does not run."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def restart(self) -> None:
        """Stop it when it runs, start it, wait until it serves (4 s for a Kafka that was killed)."""
        self.stop()
        self.start()


class KafkaServer(Server):
    """One broker with the lean settings of the local stack."""

    def __init__(self, folder: Path, cache: Path) -> None:
        distribution = ensure_distribution(cache)
        port = free_port()
        self.place = BrokerPlace(folder / "kafka", port, free_port(frozenset({port})))
        log = folder / "kafka.log"
        kafka.prepare(distribution, self.place, log)
        super().__init__(kafka.serve(distribution, self.place, log))

    @property
    def bootstrap(self) -> str:
        """What clients connect to, host:port; the same after a restart."""
        return self.place.bootstrap

    def is_ready(self) -> bool:
        """Whether it serves its clients."""
        return is_serving(HOST, self.place.port)


class PostgresServer(Server):
    """One PostgreSQL 18; the superuser's password is in `superuser_password_file`."""

    def __init__(self, folder: Path, home: Home, data: Path) -> None:
        self.password = secrets.token_urlsafe(24)
        self.superuser_password_file = folder / "postgres-password"
        self.superuser_password_file.touch(mode=0o600)
        self.superuser_password_file.write_text(self.password)
        self.place = postgres.DatabasePlace(home, data, free_port())
        log = folder / "postgres.log"
        postgres.prepare(self.place, self.password, log)
        super().__init__(postgres.serve(self.place, log, {**postgres.SETTINGS, **FAST}))

    host = HOST
    superuser = postgres.SUPERUSER

    @property
    def port(self) -> int:
        """The same after a restart."""
        return self.place.port

    def is_ready(self) -> bool:
        """Whether it serves its clients."""
        return postgres.is_accepting(self.place)


@contextmanager
def running_kafka(folder: Path, cache: Path) -> Iterator[KafkaServer]:
    """A broker for the time of the block; the first one of a checkout fetches jars and trains the AOT cache."""
    server = KafkaServer(folder, cache)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def running_postgres(folder: Path, checkout: Path) -> Iterator[PostgresServer]:
    """A database for the time of the block."""
    state = checkout / ".km"
    state.mkdir(mode=0o700, exist_ok=True)
    home = ensure_home(checkout, state)
    remove_dead_data(home)
    data = home.folder / f"test-{os.getpid()}-{time.monotonic_ns()}"
    server = PostgresServer(folder, home, data)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(data)


def remove_dead_data(home: Home) -> None:
    """Remove what test processes left that were killed: the folder's name holds the process's number."""
    for data in home.folder.glob("test-*-*"):
        if not Path(f"/proc/{data.name.split('-')[1]}").exists():
            shutil.rmtree(data, ignore_errors=True)
