"""The order of provisioning: topics, roles, database, tables, first offsets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from km_local.errors import ProvisionError
from km_local.provision.read_models import ONE_AT_A_TIME, ensure_read_models
from km_local.provision.roles import ROLES, ensure_database, ensure_roles
from km_local.provision.secrets import ensure_secret
from km_local.provision.settings import Settings
from km_local.provision.stage_offsets import FirstOffset, ensure_stage_offsets, first_offsets
from km_local.provision.topics import ensure_topics, wanted_topics
from km_schemas.read_models import OWNER_ROLE

MAINTENANCE_DATABASE = "postgres"


async def provision(settings: Settings) -> None:
    """Make both sides ready; safe to repeat, also while workers run.

    Raises `ProvisionError` when something cannot be reached or is not as the contracts say.
    """
    passwords = {role: ensure_secret(settings.role_passwords / role) for role in ROLES}
    (cluster_id, offsets), _ = await asyncio.gather(provision_kafka(settings), provision_postgres(settings, passwords))
    async with connected(settings, OWNER_ROLE, passwords[OWNER_ROLE]) as connection:
        await ensure_stage_offsets(connection, settings.generation, cluster_id, offsets)


async def provision_kafka(settings: Settings) -> tuple[str, tuple[FirstOffset, ...]]:
    """Topics; returns the cluster's id and where every stage begins."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap, enable_auto_commit=False)
    wanted = wanted_topics(settings.topic_prefix, settings.generation)
    try:
        await admin.start()
        await ensure_topics(admin, wanted, settings.replicas)
        cluster = await admin.describe_cluster()
        await consumer.start()
        return str(cluster["cluster_id"]), await first_offsets(consumer, wanted)
    except KafkaError as error:
        raise ProvisionError(
            f"Kafka at {settings.bootstrap} did not do what was asked ({type(error).__name__}): "
            "check that it runs and that KM_KAFKA_BOOTSTRAP names it."
        ) from None
    finally:
        await consumer.stop()
        await admin.close()


async def provision_postgres(settings: Settings, passwords: dict[str, str]) -> None:
    """Roles, database, tables and views."""
    superuser_password = read_password(settings.superuser_password_file)
    async with connected(settings, settings.superuser, superuser_password, MAINTENANCE_DATABASE) as connection:
        # Held until the connection closes: two provisioners would alter the same roles at once.
        await connection.execute("SELECT pg_advisory_lock($1)", ONE_AT_A_TIME)
        await ensure_roles(connection, passwords)
        await ensure_database(connection, settings.postgres.database)
    async with connected(settings, OWNER_ROLE, passwords[OWNER_ROLE]) as connection:
        await ensure_read_models(connection, settings.generation)


def read_password(path: Path) -> str:
    """The one line of a password file; raises `ProvisionError` when it cannot be read."""
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ProvisionError(f"The password file {path} cannot be read ({error.strerror}).") from None


@asynccontextmanager
async def connected(
    settings: Settings, user: str, password: str, database: str | None = None
) -> AsyncIterator[asyncpg.Connection]:
    """A connection for one step; what Postgres refuses becomes a `ProvisionError` that quotes nothing of it."""
    address = settings.postgres
    where = f"Postgres at {address.host}:{address.port}"
    try:
        connection = await asyncpg.connect(
            host=address.host,
            port=address.port,
            user=user,
            password=password,
            database=database or address.database,
        )
    except (OSError, asyncpg.PostgresError) as error:
        raise ProvisionError(
            f"{where} did not let {user} in ({type(error).__name__}): check that it runs and the password file."
        ) from None
    try:
        yield connection
    except asyncpg.PostgresError as error:
        raise ProvisionError(f"{where} refused a step of provisioning (SQLSTATE {error.sqlstate}).") from None
    finally:
        await connection.close()
