"""Changes `$KM_HOME/config.toml` where it is told something, and keeps the rest with its comments."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

from km.home import CONFIG_FILE, INSTALLATION_FILE, make_private_folder
from km.private_file import write_private
from km.settings import SettingsError, load_settings

NO_LOGIN: Final = "none"
MECHANISMS: Final = ("SCRAM-SHA-256", "SCRAM-SHA-512", NO_LOGIN)
_CREDENTIALS_FILE: Final = "credentials"


class RefusedError(Exception):
    """Nothing is written; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The table [destination]; None is what is not said, and stays as it is."""

    kafka: str | None = None
    topic_prefix: str | None = None
    customer_id: str | None = None
    tls: bool | None = None
    ca_file: str | None = None
    sasl: str | None = None

    def entries(self) -> dict[str, str | bool]:
        """What is said."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in pairs if value is not None}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user wants."""

    destination: Destination
    username: str = ""
    password: str = field(default="", repr=False)


def read_config(folder: Path) -> tomlkit.TOMLDocument:
    """The configuration, empty where there is none. Raises RefusedError."""
    path = folder / CONFIG_FILE
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except (TOMLKitError, UnicodeDecodeError):
        raise RefusedError(f"{path} is not TOML: correct it, or remove it and run km init again") from None
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}: km doctor says what to do") from None


def change_config(folder: Path, document: tomlkit.TOMLDocument, answers: Answers) -> None:
    """Change what is said. What cannot be used is not kept. Raises RefusedError."""
    _check_addresses(answers.destination.kafka or "")
    _check_login(answers)
    path = folder / CONFIG_FILE
    table = document.setdefault("destination", tomlkit.table())
    table.update(answers.destination.entries())
    if table.get("sasl") == NO_LOGIN:
        del table["sasl"]
    try:
        make_private_folder(str(folder))
        if answers.username:
            credentials = {"username": answers.username, "password": answers.password}
            write_private(folder / _CREDENTIALS_FILE, tomlkit.dumps(credentials).encode())
        former = path.read_bytes() if path.exists() else None
        write_private(path, tomlkit.dumps(document).encode())
    except OSError as error:
        raise RefusedError(f"{folder} cannot be written: {error.strerror}") from None
    _check_whole(path, former)


def _check_addresses(kafka: str) -> None:
    for address in kafka.split(",") if kafka else ():
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
            raise RefusedError(f"{address!r} is no host:port")


def _check_login(answers: Answers) -> None:
    mechanism = answers.destination.sasl
    if mechanism and mechanism not in MECHANISMS:
        raise RefusedError(f"{mechanism!r} is none of {', '.join(MECHANISMS)}")
    if answers.username and not answers.password:
        raise RefusedError("a password goes with the user name: --password-stdin, or answer on a terminal")


def _check_whole(path: Path, former: bytes | None) -> None:
    """Have the shipper's own eyes look at it; where they find fault with it, put the former content back."""
    try:
        load_settings()
    except SettingsError as error:
        if INSTALLATION_FILE not in str(error):
            _restore(path, former)
        raise RefusedError(str(error)) from None


def _restore(path: Path, former: bytes | None) -> None:
    if former is None:
        path.unlink()
    else:
        write_private(path, former)
