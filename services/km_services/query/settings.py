"""What the query service reads from the environment, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from km_schemas.identity import DEFAULT_CUSTOMER_ID

LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN_LENGTH_MIN: Final = 32
"""Characters: 192 bits and more as URL-safe base64, so that guessing is hopeless."""


class SettingsError(Exception):
    """A setting is missing or wrong; the sentence names its variable."""


@dataclass(frozen=True, slots=True)
class PostgresSettings:
    """Where the read models are, and as whom to read them."""

    host: str
    port: int
    database: str
    user: str
    password_file: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """One query service. `token` is a secret: it is never logged nor answered."""

    host: str
    port: int
    """0: any free one."""
    token: str
    customer_id: UUID
    dashboard_dir: Path | None
    """The built pages; none serves the API alone."""
    allowed_hosts: frozenset[str]
    """Host names under which browsers may reach it: loopback, KM_HOST, and those of KM_ALLOWED_HOSTS."""
    postgres: PostgresSettings
    log_level: str

    def __repr__(self) -> str:
        return f"Settings(host={self.host!r}, port={self.port})"


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings of `km-query`; SettingsError names the variable that is missing or wrong."""
    host = environment.get("KM_HOST", "127.0.0.1")
    more_hosts = environment.get("KM_ALLOWED_HOSTS", "").split(",")
    dashboard = environment.get("KM_DASHBOARD_DIR")
    return Settings(
        host=host,
        port=_number(environment, "KM_PORT", "18480"),
        token=_token(Path(_text(environment, "KM_TOKEN_FILE"))),
        customer_id=_customer(environment.get("KM_CUSTOMER_ID", DEFAULT_CUSTOMER_ID)),
        dashboard_dir=Path(dashboard) if dashboard else None,
        allowed_hosts=LOOPBACK_NAMES | {host.lower()} | {name.strip().lower() for name in more_hosts if name.strip()},
        postgres=_postgres(environment),
        log_level=_level(environment.get("KM_LOG_LEVEL", "info")),
    )


def _postgres(environment: Mapping[str, str]) -> PostgresSettings:
    return PostgresSettings(
        host=_text(environment, "KM_POSTGRES_HOST"),
        port=_number(environment, "KM_POSTGRES_PORT", "5432"),
        database=_text(environment, "KM_POSTGRES_DATABASE"),
        user=environment.get("KM_POSTGRES_USER", "km_query"),
        password_file=Path(_text(environment, "KM_POSTGRES_PASSWORD_FILE")),
    )


def _text(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name):
        return value
    raise SettingsError(f"{name} is not set: km-query needs it.")


def _number(environment: Mapping[str, str], name: str, default: str) -> int:
    text = environment.get(name, default)
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise SettingsError(f"{name} must be a port, 0 to 65535.")


def _customer(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise SettingsError("KM_CUSTOMER_ID must be a UUID.") from None


def _level(text: str) -> str:
    if text.lower() in {"debug", "info", "warning", "error"}:
        return text.lower()
    raise SettingsError("KM_LOG_LEVEL must be debug, info, warning or error.")


def _token(path: Path) -> str:
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The token file {path} (KM_TOKEN_FILE) cannot be read: {type(error).__name__}.") from None
    if len(token) < TOKEN_LENGTH_MIN:
        raise SettingsError(f"The token in {path} (KM_TOKEN_FILE) is shorter than {TOKEN_LENGTH_MIN} characters.")
    return token
