"""One test's own world on the shared servers: a topic prefix and a database, both provisioned."""

import asyncio
import secrets
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from aiokafka.admin import AIOKafkaAdminClient

from km_local.provision.provision import (
    MAINTENANCE_DATABASE,
    connected,
    provision_kafka,
    provision_postgres,
)
from km_local.provision.roles import ROLES, ensure_database, quote_identifier
from km_local.provision.secrets import ensure_secret
from km_local.provision.settings import PostgresAddress, Settings
from km_local.provision.stage_offsets import ensure_stage_offsets
from km_local.provision.topics import wanted_topics
from km_local.testing.servers import KafkaServer, PostgresServer
from km_schemas.read_models import OWNER_ROLE

TEMPLATE = "km_template"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stack:
    """Addresses and secrets of one test's topics and database; `folder` is a private one for its files."""

    kafka: KafkaServer
    postgres: PostgresServer
    settings: Settings
    folder: Path

    @property
    def bootstrap(self) -> str:
        """The broker, host:port."""
        return self.settings.bootstrap

    @property
    def prefix(self) -> str:
        """In front of every topic and group, ends with a dot."""
        return self.settings.topic_prefix

    @property
    def generation(self) -> int:
        """The generation that is provisioned."""
        return self.settings.generation

    @property
    def host(self) -> str:
        """Of Postgres."""
        return self.settings.postgres.host

    @property
    def port(self) -> int:
        """Of Postgres."""
        return self.settings.postgres.port

    @property
    def database(self) -> str:
        """The name of this test's own database."""
        return self.settings.postgres.database

    def password_file(self, role: str) -> Path:
        """The password file of a role (`km_owner`, `km_sanitize`, …) or of the superuser `postgres`."""
        own = role == self.settings.superuser
        return self.settings.superuser_password_file if own else self.settings.role_passwords / role

    def password(self, role: str) -> str:
        """The password itself, for a client in the test."""
        return self.password_file(role).read_text().strip()

    def env(self, role: str) -> dict[str, str]:
        """The `KM_*` variables of a process that logs in as `role`; the metrics port is any free one."""
        return {
            "KM_KAFKA_BOOTSTRAP": self.bootstrap,
            "KM_TOPIC_PREFIX": self.prefix,
            "KM_GENERATION": str(self.generation),
            "KM_POSTGRES_HOST": self.host,
            "KM_POSTGRES_PORT": str(self.port),
            "KM_POSTGRES_DATABASE": self.database,
            "KM_POSTGRES_USER": role,
            "KM_POSTGRES_PASSWORD_FILE": str(self.password_file(role)),
            "KM_METRICS_PORT": "0",
            "KM_KEYRING": str(self.folder / "keyring"),
        }


def template_settings(kafka: KafkaServer, postgres: PostgresServer, role_passwords: Path) -> Settings:
    """The settings from which each test's own are made; its database is the template."""
    return Settings(
        bootstrap=kafka.bootstrap,
        topic_prefix="",
        generation=1,
        replicas=1,
        postgres=PostgresAddress(postgres.host, postgres.port, TEMPLATE),
        superuser=postgres.superuser,
        superuser_password_file=postgres.superuser_password_file,
        role_passwords=role_passwords,
    )


def make_template(settings: Settings) -> None:
    """Roles and a database with tables, once per server; a test's database is a copy (40 ms instead of 200)."""
    passwords = {role: ensure_secret(settings.role_passwords / role) for role in ROLES}
    run(provision_postgres(settings, passwords))


@contextmanager
def fresh_stack(kafka: KafkaServer, postgres: PostgresServer, template: Settings, folder: Path) -> Iterator[Stack]:
    """A stack for the time of the block; its topics and its database are gone afterwards."""
    name = f"t{secrets.token_hex(5)}"
    address = replace(template.postgres, database=name)
    settings = replace(template, topic_prefix=f"{name}.", postgres=address)
    run(_make(settings))
    try:
        yield Stack(kafka, postgres, settings, folder)
    finally:
        run(_remove(settings, kafka_runs=kafka.is_ready(), postgres_runs=postgres.is_ready()))


async def _make(settings: Settings) -> None:
    cluster_id, offsets = await provision_kafka(settings)
    password = settings.superuser_password_file.read_text()
    async with connected(settings, settings.superuser, password, MAINTENANCE_DATABASE) as connection:
        await ensure_database(connection, settings.postgres.database, TEMPLATE)
    async with connected(settings, OWNER_ROLE, ensure_secret(settings.role_passwords / OWNER_ROLE)) as connection:
        await ensure_stage_offsets(connection, settings.generation, cluster_id, offsets)


async def _remove(settings: Settings, *, kafka_runs: bool, postgres_runs: bool) -> None:
    """Room for the next test; a server that the test left dead keeps what it has."""
    if kafka_runs:
        await _delete_topics(settings)
    if postgres_runs:
        password = settings.superuser_password_file.read_text()
        async with connected(settings, settings.superuser, password, MAINTENANCE_DATABASE) as connection:
            name = await quote_identifier(connection, settings.postgres.database)
            await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _delete_topics(settings: Settings) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([each.name for each in wanted_topics(settings.topic_prefix, settings.generation)])
    finally:
        await admin.close()


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work` in an event loop and thread of its own: the test's loop is none of a fixture's business."""
    with ThreadPoolExecutor(1, "fixture") as thread:
        return thread.submit(asyncio.run, work).result()
