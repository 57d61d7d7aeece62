"""The real broker and the real database, one of each per pytest process, and a world of its own for each test."""

import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from km_local.provision.settings import Settings
from km_local.testing.servers import KafkaServer, PostgresServer, running_kafka, running_postgres
from km_local.testing.stack import Stack, fresh_stack, make_template, template_settings

CHECKOUT = Path(__file__).parents[1]

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # A shell ignores SIGINT in what it starts in the background; programs under test must not inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The suite asks the same of the same code. What is new is looked for with `--hypothesis-profile=explore`.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """The broker of this pytest process; tests ask for `kafka`."""
    with running_kafka(tmp_path_factory.mktemp("kafka"), CHECKOUT / ".km" / "cache") as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The database server of this pytest process; tests ask for `postgres`."""
    with running_postgres(tmp_path_factory.mktemp("postgres"), CHECKOUT) as server:
        yield server


@pytest.fixture
def kafka(kafka_server: KafkaServer) -> Iterator[KafkaServer]:
    """A broker that serves: `.bootstrap`, `.kill()`, `.restart()`; one that a test left dead serves the next."""
    yield kafka_server
    if not kafka_server.is_ready():
        kafka_server.restart()


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A database that answers: `.host`, `.port`, `.superuser`, `.password`, `.kill()`, `.restart()`."""
    yield postgres_server
    if not postgres_server.is_ready():
        postgres_server.restart()


@pytest.fixture(scope="session")
def _template(
    kafka_server: KafkaServer, postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    settings = template_settings(kafka_server, postgres_server, tmp_path_factory.mktemp("roles"))
    make_template(settings)
    return settings


@pytest.fixture
def stack(kafka: KafkaServer, postgres: PostgresServer, _template: Settings, tmp_path: Path) -> Iterator[Stack]:
    """Topics under a fresh prefix and a fresh database, provisioned as deployment does it."""
    with fresh_stack(kafka, postgres, _template, tmp_path) as made:
        yield made
