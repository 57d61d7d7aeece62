"""Compiled hyperscan databases on disk: compiling hundreds of expressions takes seconds, loading them none.

A file is named by what went into it: expressions, library, processor. It is read only where nobody else could have
written it, as a database is code; what cannot be used is compiled again.
"""

import hashlib
import os
import platform
import secrets
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_DIGEST_BYTES: Final = 32
_WRITABLE_BY_OTHERS: Final = 0o022


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Where this user's databases stand (XDG Base Directory Specification); None without a home."""
    root = environment.get("XDG_CACHE_HOME") or (environment.get("HOME") and f"{environment['HOME']}/.cache")
    return Path(root) / "kilometers" if root and Path(root).is_absolute() else None


def database_path(folder: Path, expressions: Sequence[bytes], library: str) -> Path:
    """The file of these expressions, compiled by this library on this kind of processor."""
    digest = hashlib.sha256(f"{library}\0{platform.machine()}\0{_processor_features()}\0".encode())
    for expression in expressions:
        digest.update(len(expression).to_bytes(4, "big") + expression)
    return folder / f"hyperscan-{digest.hexdigest()[:32]}.db"


def read_database(path: Path) -> bytes | None:
    """What was written there; None where there is none, or none that can be trusted."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & _WRITABLE_BY_OTHERS:
                return None
            data = file.read()
    except OSError:
        return None
    digest, database = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    return database if hashlib.sha256(database).digest() == digest else None


def write_database(path: Path, database: bytes) -> None:
    """Keep it for the next start; a folder that cannot be written costs that start its time, and no more."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(hashlib.sha256(database).digest() + database)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)


def _processor_features() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")
