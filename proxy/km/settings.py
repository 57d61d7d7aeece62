"""What an installation is told: `$KM_HOME/config.toml`; and who it is: `$KM_HOME/installation.json`.

    [destination]
    kafka = "host:port[,host:port]"
    topic_prefix = ""                  # optional; put in front of the topic's name
    customer_id = "<UUID>"             # optional; by default the one customer of a cluster without `ingest`
    tls = false                        # optional; true: encrypted, the broker's certificate checked
    ca_file = "/path/ca.pem"           # optional; trusted in place of the system's authorities
    sasl = "SCRAM-SHA-512"             # optional; or SCRAM-SHA-256: log in with what credentials_file says
    credentials_file = "credentials"   # optional; relative to KM_HOME, mode 0600 (`km.shipper.credentials`)

    [spool]                            # optional
    max_bytes = 1073741824             # beyond, nothing is recorded until something is acknowledged
    max_age_days = 7                   # what is not acknowledged by then is given up

The file is read by the shipper alone: it serves all runs. Environment and flags concern one run. Of `[spool]` the
shipper passes `max_bytes` on to the wrappers (`km.spool.budget`).
"""

import contextlib
import os
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from msgspec import DecodeError, Meta, Struct, ValidationError, convert, json

from km.home import CONFIG_FILE, INSTALLATION_FILE, SPOOL_FOLDER, home_folder, make_private_folder
from km.private_file import write_private
from km.spool.age import MAX_AGE_SECONDS
from km.spool.budget import DEFAULT_LIMIT
from km_schemas.identity import DEFAULT_CUSTOMER_ID, canonical_uuid

ScramMechanism = Literal["SCRAM-SHA-256", "SCRAM-SHA-512"]

_DAY_SECONDS: Final = 86_400
_MAX_AGE_DAYS: Final = MAX_AGE_SECONDS / _DAY_SECONDS


class SettingsError(Exception):
    """The configuration cannot be used; the message says what to change."""


class _DestinationTable(Struct, frozen=True, forbid_unknown_fields=True):
    kafka: str
    topic_prefix: str = ""
    customer_id: str = DEFAULT_CUSTOMER_ID
    tls: bool = False
    ca_file: str = ""
    sasl: ScramMechanism | None = None
    credentials_file: str = "credentials"


class _SpoolTable(Struct, frozen=True, forbid_unknown_fields=True):
    max_bytes: Annotated[int, Meta(ge=0)] = DEFAULT_LIMIT
    max_age_days: Annotated[float, Meta(gt=0)] = _MAX_AGE_DAYS


class _ConfigFile(Struct, frozen=True, forbid_unknown_fields=True):
    destination: _DestinationTable
    spool: _SpoolTable = _SpoolTable()


class _InstallationFile(Struct, frozen=True):
    installation_id: str


@dataclass(frozen=True, slots=True)
class Installation:
    """Who publishes: one OS user on one machine, of one customer."""

    installation_id: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class Security:
    """How the broker is spoken to. The default is in clear and without a name, as on a loopback."""

    tls: bool = False
    ca_file: Path | None = None
    sasl: ScramMechanism | None = None
    credentials_file: Path = Path()


@dataclass(frozen=True, slots=True)
class SpoolLimits:
    """What may wait for acknowledgement: so many bytes on disk, for so many seconds."""

    max_bytes: int = DEFAULT_LIMIT
    max_age_seconds: float = _MAX_AGE_DAYS * _DAY_SECONDS


@dataclass(frozen=True, slots=True)
class Settings:
    """All of the shipper's settings."""

    home: Path
    kafka: str
    topic_prefix: str
    installation: Installation
    security: Security = Security()
    limits: SpoolLimits = SpoolLimits()

    @property
    def spool(self) -> Path:
        """The folder with the runs."""
        return self.home / SPOOL_FOLDER


def load_settings() -> Settings:
    """The settings of the installation in `KM_HOME`. Raises SettingsError."""
    home = Path(home_folder(os.environ))
    config = _read_config(home / CONFIG_FILE)
    destination = config.destination
    try:
        customer_id = canonical_uuid(destination.customer_id)
    except ValueError:
        raise SettingsError(f"customer_id in {home / CONFIG_FILE} is no UUID") from None
    try:
        installation = Installation(_installation_id(home / INSTALLATION_FILE), customer_id)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsError(f"{home / INSTALLATION_FILE} cannot be read or made: {reason}: see km doctor") from None
    limits = SpoolLimits(config.spool.max_bytes, config.spool.max_age_days * _DAY_SECONDS)
    return Settings(
        home, destination.kafka, destination.topic_prefix, installation, _security(home, destination), limits
    )


def write_config(home: Path, kafka: str, topic_prefix: str = "", security: Security | None = None) -> None:
    """Make `home` ship to a Kafka (`host:port[,host:port]`), in place of where it shipped to before."""
    make_private_folder(str(home))
    # A JSON string of printable characters is a TOML basic string (TOML 1.0).
    lines = ["[destination]", f"kafka = {_quoted(kafka)}", f"topic_prefix = {_quoted(topic_prefix)}"]
    write_private(home / CONFIG_FILE, "\n".join([*lines, *_security_lines(security or Security()), ""]).encode())


def _security(home: Path, destination: _DestinationTable) -> Security:
    return Security(
        destination.tls,
        home / destination.ca_file if destination.ca_file else None,
        destination.sasl,
        home / destination.credentials_file,
    )


def _security_lines(security: Security) -> list[str]:
    lines = ["tls = true"] if security.tls else []
    if security.ca_file:
        lines.append(f"ca_file = {_quoted(str(security.ca_file))}")
    if security.sasl:
        lines += [f"sasl = {_quoted(security.sasl)}", f"credentials_file = {_quoted(str(security.credentials_file))}"]
    return lines


def _quoted(value: str) -> str:
    return json.encode(value).decode()


def _read_config(path: Path) -> _ConfigFile:
    try:
        return convert(tomllib.loads(path.read_text(encoding="utf-8")), _ConfigFile)
    except FileNotFoundError:
        raise SettingsError(f'there is no {path}: write [destination] with kafka = "host:port" into it') from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {os.strerror(error.errno or 0)}: see km doctor") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SettingsError(f"{path} is not TOML: correct it, or remove it and write it anew") from None
    except ValidationError as error:
        raise SettingsError(f'{path} does not have the form [destination] kafka = "host:port": {error}') from None


def _installation_id(path: Path) -> str:
    """The installation's id, made at its first need."""
    if not path.exists():
        _make_installation(path)
    try:
        return canonical_uuid(json.decode(path.read_bytes(), type=_InstallationFile).installation_id)
    except (DecodeError, ValueError):
        raise SettingsError(f"{path} holds no installation_id: restore it, or remove it for a new one") from None


def _make_installation(path: Path) -> None:
    """Give the file its name only if nobody else has been faster: an id is for ever."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    write_private(new, json.encode(_InstallationFile(str(uuid.uuid4()))))
    with contextlib.suppress(FileExistsError):
        os.link(new, path)
    new.unlink()
