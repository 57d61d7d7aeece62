"""What `km-local provision` reads from its environment."""

import pytest

from km_local.errors import LocalError
from km_local.provision.settings import PostgresAddress, from_environment

COMPLETE = {
    "KM_KAFKA_BOOTSTRAP": "k:9092",
    "KM_POSTGRES_HOST": "p",
    "KM_POSTGRES_DATABASE": "kilometers",
    "KM_POSTGRES_USER": "postgres",
    "KM_POSTGRES_PASSWORD_FILE": "/run/secrets/postgres",
    "KM_ROLE_PASSWORDS": "/run/secrets",
}


def test_what_has_a_default_may_be_left_out() -> None:
    settings = from_environment(COMPLETE)
    assert (settings.topic_prefix, settings.generation, settings.replicas) == ("", 1, 1)
    assert settings.postgres == PostgresAddress("p", 5432, "kilometers")


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(LocalError, match=f"{name} is not set"):
        from_environment({key: value for key, value in COMPLETE.items() if key != name})


@pytest.mark.parametrize("name", ["KM_GENERATION", "KM_TOPIC_REPLICAS", "KM_POSTGRES_PORT"])
@pytest.mark.parametrize("text", ["0", "-1", "two", ""])
def test_a_number_that_is_none_is_named(name: str, text: str) -> None:
    with pytest.raises(LocalError, match=name):
        from_environment(COMPLETE | {name: text})
