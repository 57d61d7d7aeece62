"""What a worker reads from the environment."""

from pathlib import Path

import pytest

from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_streams.settings import SettingsError, from_environment

ENVIRONMENT = {
    "KM_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
    "KM_POSTGRES_HOST": "127.0.0.1",
    "KM_POSTGRES_DATABASE": "km",
    "KM_POSTGRES_USER": "km_score",
    "KM_POSTGRES_PASSWORD_FILE": "/run/secrets/score",
}


def test_what_is_not_set_has_a_safe_default() -> None:
    settings = from_environment(ENVIRONMENT)
    assert (settings.topic_prefix, settings.generation, settings.host) == ("", 1, "127.0.0.1")
    assert settings.customer_id == DEFAULT_CUSTOMER_ID
    assert (settings.watchdog_seconds, settings.session_seconds, settings.transaction_seconds) == (60, 6, 20)
    assert settings.postgres.password_file == Path("/run/secrets/score")


@pytest.mark.parametrize("name", list(ENVIRONMENT))
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({key: value for key, value in ENVIRONMENT.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KM_GENERATION", "0"),
        ("KM_GENERATION", "²"),
        ("KM_POSTGRES_PORT", "port"),
        ("KM_METRICS_PORT", "-1"),
        ("KM_SESSION_SECONDS", "0"),
        ("KM_TRANSACTION_SECONDS", "soon"),
        ("KM_CUSTOMER_ID", "me"),
        ("KM_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({**ENVIRONMENT, name: value})
