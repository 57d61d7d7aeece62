"""What a worker reads from the environment, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from km_schemas.identity import DEFAULT_CUSTOMER_ID, is_canonical_uuid


class SettingsError(Exception):
    """A variable of the environment is missing or wrong; the message names it."""


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Which database, as whom; the password stands in a file (mode 0600)."""

    host: str
    port: int
    database: str
    user: str
    password_file: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What every worker needs; what one processor needs beside it stands with that processor."""

    bootstrap: str
    topic_prefix: str
    generation: int
    customer_id: str
    """Of records that do not say, and of losses."""
    postgres: PostgresAddress
    host: str
    """Where `/health`, `/ready` and `/metrics` are served."""
    metrics_port: int
    """0: any free one, which the log names."""
    log_level: str
    watchdog_seconds: float
    """The worker ends when there is work and none gets done for so long, outside declared waits."""
    session_seconds: float
    """The group gives a silent worker's partitions to others after so long; the broker's
    `group.min.session.timeout.ms` (Kafka's default: 6 s) is the least it takes."""
    transaction_seconds: float
    """Postgres ends a transaction of a frozen worker after so long, and frees the rows it holds."""


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings of a worker; SettingsError names the variable that is missing or wrong."""
    return Settings(
        bootstrap=_text(environment, "KM_KAFKA_BOOTSTRAP"),
        topic_prefix=environment.get("KM_TOPIC_PREFIX", ""),
        generation=_number(environment, "KM_GENERATION", "1", least=1),
        customer_id=customer_from(environment),
        postgres=postgres_from(environment),
        host=environment.get("KM_HOST", "127.0.0.1"),
        metrics_port=_number(environment, "KM_METRICS_PORT", "0", least=0),
        log_level=_level(environment),
        watchdog_seconds=float(_number(environment, "KM_WATCHDOG_SECONDS", "60", least=1)),
        session_seconds=float(_number(environment, "KM_SESSION_SECONDS", "6", least=1)),
        transaction_seconds=float(_number(environment, "KM_TRANSACTION_SECONDS", "20", least=1)),
    )


def postgres_from(environment: Mapping[str, str]) -> PostgresAddress:
    """Which database; SettingsError names the variable that is missing or wrong."""
    return PostgresAddress(
        host=_text(environment, "KM_POSTGRES_HOST"),
        port=_number(environment, "KM_POSTGRES_PORT", "5432", least=1),
        database=_text(environment, "KM_POSTGRES_DATABASE"),
        user=_text(environment, "KM_POSTGRES_USER"),
        password_file=Path(_text(environment, "KM_POSTGRES_PASSWORD_FILE")),
    )


def customer_from(environment: Mapping[str, str]) -> str:
    """Whose; SettingsError where KM_CUSTOMER_ID is no UUID."""
    text = environment.get("KM_CUSTOMER_ID") or DEFAULT_CUSTOMER_ID
    if is_canonical_uuid(text):
        return text
    raise SettingsError("KM_CUSTOMER_ID must be a UUID in lower case.")


def _text(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name):
        return value
    raise SettingsError(f"{name} is not set: a worker needs it.")


def _number(environment: Mapping[str, str], name: str, default: str, *, least: int) -> int:
    text = environment.get(name) or default
    if text.isascii() and text.isdigit() and int(text) >= least:
        return int(text)
    raise SettingsError(f"{name} must be a whole number of at least {least}.")


def _level(environment: Mapping[str, str]) -> str:
    level = (environment.get("KM_LOG_LEVEL") or "info").upper()
    if level in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
        return level
    raise SettingsError("KM_LOG_LEVEL must be debug, info, warning, error or critical.")
