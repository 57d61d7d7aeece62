"""Takes into the spool the runs that had to be counted elsewhere (`km.spool.refuge`), so that they are published."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from km.home import make_private_folder
from km.spool.refuge import is_own_folder, refuges
from km.spool.run_reader import RunReader, UnreadableSpoolError, run_folders
from km.spool.run_writer import UNNAMED

_log = logging.getLogger(__name__)


def counted_runs(home: Path) -> Iterator[Path]:
    """The folders of the runs that are only counted, the oldest first of each place."""
    for refuge in map(Path, refuges(str(home))):
        if is_own_folder(str(refuge.parent)):
            yield from run_folders(refuge)


def adopt(home: Path, spool: Path) -> None:
    """Move those that have ended. What cannot be moved now, on a disk that is still full, is tried again."""
    for folder in counted_runs(home):
        try:
            if _has_ended(folder):
                make_private_folder(str(spool))
                _move(folder, spool)
        except (OSError, ValueError, UnreadableSpoolError) as error:
            reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else type(error).__name__
            _log.warning("%s stays where it is: %s", folder, reason)


def _has_ended(folder: Path) -> bool:
    reader = RunReader(folder)
    try:
        return reader.is_complete()
    finally:
        reader.close()


def _move(folder: Path, spool: Path) -> None:
    """From one file system to another: complete before it has its name, and gone only then."""
    unnamed, adopted = spool / (UNNAMED + folder.name), spool / folder.name
    if not adopted.exists():
        shutil.rmtree(unnamed, ignore_errors=True)
        try:
            shutil.copytree(folder, unnamed)
            unnamed.rename(adopted)
        except OSError:
            shutil.rmtree(unnamed, ignore_errors=True)
            raise
    shutil.rmtree(folder)
