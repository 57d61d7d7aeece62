"""How long what is recorded may wait, also where no destination is configured and so no shipper runs by itself."""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH116, PTH118, PTH208

import os
import time

from km.home import SPOOL_FOLDER

MAX_AGE_SECONDS = 7 * 86_400.0
"""By default (`[spool] max_age_days`)."""

CHECKED_FILE = "age-checked"
"""Its time is when somebody last looked."""

_LOOK_SECONDS = 3600.0


def is_look_due(home: str) -> bool:
    """Whether a run is so old that something of it may have waited too long, and nobody has looked for an hour.

    A run's name, a UUIDv7, begins with the milliseconds since 1970 (RFC 9562 §5.7).
    """
    now = time.time()
    try:
        names = [name for name in os.listdir(os.path.join(home, SPOOL_FOLDER)) if not name.startswith(".")]
        began = int(min(names, default="f" * 12).replace("-", "")[:12], 16) / 1000
    except (OSError, ValueError):
        return False
    return now - began > MAX_AGE_SECONDS and abs(now - _looked_at(home)) > _LOOK_SECONDS


def note_look(home: str) -> None:
    """Somebody looks now. Raises OSError."""
    os.close(os.open(os.path.join(home, CHECKED_FILE), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    os.utime(os.path.join(home, CHECKED_FILE))


def _looked_at(home: str) -> float:
    try:
        return os.stat(os.path.join(home, CHECKED_FILE)).st_mtime
    except OSError:
        return 0.0
