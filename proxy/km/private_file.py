"""Files only their owner may read, replaced as a whole."""

import os
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Put `content` in the place of the file, 0600. Whoever reads meanwhile, or after a crash, finds old or new."""
    new = path.with_name(path.name + ".new")
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(fd)
    new.replace(path)
