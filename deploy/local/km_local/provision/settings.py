"""What provisioning reads from the environment, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from km_local.errors import LocalError


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Where Postgres listens and which database in it is meant."""

    host: str
    port: int
    database: str


@dataclass(frozen=True, slots=True)
class Settings:
    """One Kafka and one Postgres to make ready.

    `superuser` may create roles and databases; `role_passwords` is a folder with one file per role, named like it.
    """

    bootstrap: str
    topic_prefix: str
    generation: int
    replicas: int
    postgres: PostgresAddress
    superuser: str
    superuser_password_file: Path
    role_passwords: Path


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Settings of `km-local provision`; raises `LocalError` naming the variable that is missing or wrong."""
    return Settings(
        bootstrap=_text(environment, "KM_KAFKA_BOOTSTRAP"),
        topic_prefix=environment.get("KM_TOPIC_PREFIX", ""),
        generation=_positive(environment, "KM_GENERATION", "1"),
        replicas=_positive(environment, "KM_TOPIC_REPLICAS", "1"),
        postgres=PostgresAddress(
            host=_text(environment, "KM_POSTGRES_HOST"),
            port=_positive(environment, "KM_POSTGRES_PORT", "5432"),
            database=_text(environment, "KM_POSTGRES_DATABASE"),
        ),
        superuser=_text(environment, "KM_POSTGRES_USER"),
        superuser_password_file=Path(_text(environment, "KM_POSTGRES_PASSWORD_FILE")),
        role_passwords=Path(_text(environment, "KM_ROLE_PASSWORDS")),
    )


def _text(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name):
        return value
    raise LocalError(f"{name} is not set: `km-local provision` needs it.")


def _positive(environment: Mapping[str, str], name: str, default: str) -> int:
    text = environment.get(name, default)
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise LocalError(f"{name} must be a whole number above 0.")
