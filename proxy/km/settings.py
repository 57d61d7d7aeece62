"""What an installation is told: `$KM_HOME/config.toml`; and who it is: `$KM_HOME/installation.json`.

    [destination]
    kafka = "host:port[,host:port]"
    topic_prefix = ""                  # optional; put in front of the topic's name
    customer_id = "<UUID>"             # optional; by default the one customer of a cluster without `ingest`

The file is read by the shipper alone: it serves all runs. Environment and flags concern one run.
"""

import contextlib
import os
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, convert, json

from km.home import CONFIG_FILE, INSTALLATION_FILE, SPOOL_FOLDER, home_folder, make_private_folder
from km_schemas.identity import DEFAULT_CUSTOMER_ID, canonical_uuid


class SettingsError(Exception):
    """The configuration cannot be used; the message says what to change."""


class _DestinationTable(Struct, frozen=True, forbid_unknown_fields=True):
    kafka: str
    topic_prefix: str = ""
    customer_id: str = DEFAULT_CUSTOMER_ID


class _ConfigFile(Struct, frozen=True, forbid_unknown_fields=True):
    destination: _DestinationTable


class _InstallationFile(Struct, frozen=True):
    installation_id: str


@dataclass(frozen=True, slots=True)
class Installation:
    """Who publishes: one OS user on one machine, of one customer."""

    installation_id: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All of the shipper's settings."""

    home: Path
    kafka: str
    topic_prefix: str
    installation: Installation

    @property
    def spool(self) -> Path:
        """The folder with the runs."""
        return self.home / SPOOL_FOLDER


def load_settings() -> Settings:
    """The settings of the installation in `KM_HOME`. Raises SettingsError."""
    home = Path(home_folder(os.environ))
    destination = _read_config(home / CONFIG_FILE).destination
    try:
        customer_id = canonical_uuid(destination.customer_id)
    except ValueError:
        raise SettingsError(f"customer_id in {home / CONFIG_FILE} is no UUID") from None
    installation = Installation(_installation_id(home / INSTALLATION_FILE), customer_id)
    return Settings(home, destination.kafka, destination.topic_prefix, installation)


def write_config(home: Path, kafka: str, topic_prefix: str = "") -> None:
    """Make `home` ship to a Kafka (`host:port[,host:port]`), in place of where it shipped to before."""
    make_private_folder(str(home))
    # A JSON string of printable characters is a TOML basic string (TOML 1.0).
    lines = ["[destination]", f"kafka = {_quoted(kafka)}", f"topic_prefix = {_quoted(topic_prefix)}", ""]
    _write_private(home / CONFIG_FILE, "\n".join(lines).encode())


def _quoted(value: str) -> str:
    return json.encode(value).decode()


def _read_config(path: Path) -> _ConfigFile:
    try:
        return convert(tomllib.loads(path.read_text(encoding="utf-8")), _ConfigFile)
    except FileNotFoundError:
        raise SettingsError(f'there is no {path}: write [destination] with kafka = "host:port" into it') from None
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
    _write_private(new, json.encode(_InstallationFile(str(uuid.uuid4()))))
    with contextlib.suppress(FileExistsError):
        os.link(new, path)
    new.unlink()


def _write_private(path: Path, content: bytes) -> None:
    new = path.with_name(path.name + ".new")
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
    new.replace(path)
