"""Notices that `config.toml` is another one: a shipper serves for days, and must not serve an address of yesterday."""

import asyncio
from pathlib import Path
from typing import Final

_CHECK_SECONDS: Final = 1.0


async def until_changed(path: Path) -> None:
    """Return when the file is another one than now, or is gone."""
    first = _identity(path)
    while _identity(path) == first:  # noqa: ASYNC110 - a file tells nobody that it has changed
        await asyncio.sleep(_CHECK_SECONDS)


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
