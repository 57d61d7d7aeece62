"""`km-local provision`: makes any Kafka and any Postgres ready, by environment variables."""

import asyncio
import os

import click

from km_local.provision.provision import provision as make_ready
from km_local.provision.settings import from_environment


@click.command()
def provision() -> None:
    """Create topics, roles, tables and first offsets; may be repeated.

    Reads KM_KAFKA_BOOTSTRAP, KM_TOPIC_PREFIX, KM_GENERATION, KM_TOPIC_REPLICAS, KM_POSTGRES_HOST, KM_POSTGRES_PORT,
    KM_POSTGRES_DATABASE, KM_POSTGRES_USER and KM_POSTGRES_PASSWORD_FILE (a superuser), and KM_ROLE_PASSWORDS (a
    folder with one file per role).
    """
    settings = from_environment(os.environ)
    asyncio.run(make_ready(settings))
    address = settings.postgres
    print(f"Ready: Kafka {settings.bootstrap}, Postgres {address.host}:{address.port}/{address.database}.")
