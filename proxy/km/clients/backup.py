"""Keeps, in `$KM_HOME/clients/`, each configuration as it was before `km wrap`, and what it was made into.

A folder a file: `original`, its bytes; `written`, ours; `written.json`, its path and the SHA-256 of what we wrote.
Configurations may hold secrets: 0600 in 0700.
"""

import contextlib
import hashlib
import os
import shutil
from pathlib import Path

from msgspec import DecodeError, Struct, json

from km.home import make_private_folder
from km.private_file import write_private

FOLDER = "clients"


class _Written(Struct, frozen=True):
    path: str
    sha256: str


class Backup:
    """Of one configuration."""

    def __init__(self, home: Path, path: Path) -> None:
        self._path = path
        self._folder = home / FOLDER / hashlib.sha256(os.fsencode(path)).hexdigest()[:16]

    @property
    def original(self) -> Path:
        """Where the bytes before `km wrap` are kept."""
        return self._folder / "original"

    def keep(self, before: bytes, after: bytes) -> None:
        """Before `before` is replaced by `after`. An older original stays while nobody else has written since."""
        original = self.original_of(before)
        make_private_folder(str(self._folder))
        write_private(self.original, before if original is None else original)
        write_private(self._folder / "written", after)
        written = _Written(str(self._path), hashlib.sha256(after).hexdigest())
        write_private(self._folder / "written.json", json.encode(written))

    def original_of(self, current: bytes) -> bytes | None:
        """The bytes before `km wrap`, where `current` is what it wrote."""
        try:
            written = json.decode((self._folder / "written.json").read_bytes(), type=_Written)
            original = self.original.read_bytes()
        except (FileNotFoundError, DecodeError):
            return None
        return original if written.sha256 == hashlib.sha256(current).hexdigest() else None

    def versions(self) -> tuple[bytes, bytes] | None:
        """The bytes before `km wrap` and those it wrote last, whatever stands there now."""
        try:
            return self.original.read_bytes(), (self._folder / "written").read_bytes()
        except FileNotFoundError:
            return None

    def forget(self) -> None:
        """The file is as it was."""
        if self._folder.exists():
            shutil.rmtree(self._folder)


def wrapped_paths(home: Path) -> list[Path]:
    """Every configuration that `km wrap` has written and `km unwrap` has not."""
    paths = []
    for file in sorted((home / FOLDER).glob("*/written.json")):
        with contextlib.suppress(DecodeError):
            paths.append(Path(json.decode(file.read_bytes(), type=_Written).path))
    return paths
