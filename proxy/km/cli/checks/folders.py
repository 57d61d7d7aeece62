"""The folders of the installation: there, ours alone, writable, with room."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from km.cli.checks.verdict import Verdict, failed, ok, warning
from km.home import SPOOL_FOLDER, make_private_folder

_NAME: Final = "folders"
_LITTLE_ROOM: Final = 100_000_000
"""Bytes: some forty runs' first segments."""


def check_folders(home: Path) -> list[Verdict]:
    """`KM_HOME` and the spool in it, made where they are missing."""
    for folder in (home, home / SPOOL_FOLDER):
        if verdict := _check_folder(folder):
            return [verdict]
    free = shutil.disk_usage(home).free
    if free < _LITTLE_ROOM:
        says = f"{free / 1e6:,.0f} MB are free for {home / SPOOL_FOLDER}; when none are, nothing is recorded"
        return [warning(_NAME, says, "make room on that disk")]
    return [ok(_NAME, f"{home} is private and writable")]


def _check_folder(folder: Path) -> Verdict | None:
    try:
        make_private_folder(str(folder))
        status = folder.stat()
        if status.st_uid != os.geteuid():
            return failed(
                _NAME, f"{folder} belongs to another user", f"chown it, or choose another KM_HOME than {folder}"
            )
        if status.st_mode & 0o077:
            says = f"{folder} is open to others: recorded frames hold secrets"
            return failed(_NAME, says, f"chmod 700 {folder}")
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        says = f"{folder} cannot be written: {os.strerror(error.errno or 0)}; runs go on, unrecorded"
        return failed(_NAME, says, "make it writable for this user, or make room on its disk")
