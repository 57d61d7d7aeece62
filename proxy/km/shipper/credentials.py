"""Name and password for the broker, in a file only its owner may read; only the shipper reads it.

    username = "km-alice"
    password = "..."

TOML, mode 0600 (or stricter), a regular file of the user who runs the shipper.
"""

import os
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct, ValidationError, convert

from km.settings import SettingsError


class _CredentialsFile(Struct, frozen=True, forbid_unknown_fields=True):
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Never printed whole."""

    username: str
    password: str = field(repr=False)


def load_credentials(path: Path) -> Credentials:
    """What the file says. Raises SettingsError, which quotes nothing of it."""
    try:
        content = tomllib.loads(_read_private(path))
        file = convert(content, _CredentialsFile)
    except FileNotFoundError:
        raise SettingsError(
            f"there is no {path}: write username and password into it (TOML), and chmod 600 it"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError):
        raise SettingsError(f'{path} does not have the form username = "…", password = "…"') from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {os.strerror(error.errno or 0)}") from None
    return Credentials(file.username, file.password)


def _read_private(path: Path) -> str:
    """The text of a file whose owner and mode are looked at after it is open: the name may point elsewhere then."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(fd, encoding="utf-8") as file:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
            raise SettingsError(f"{path} may be read by others, or belongs to somebody else: chown and chmod 600 it")
        return file.read()
