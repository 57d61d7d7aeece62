"""Secrets as files: one per name, mode 0600, made once in a folder of mode 0700."""

import os
import secrets
from pathlib import Path


def ensure_secret(path: Path) -> str:
    """The secret of the file, made of 256 random bits when the file is not there."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = secrets.token_urlsafe(32)
        write_secret(path, secret)
        return secret


def write_secret(path: Path, secret: str) -> None:
    """Write the file whole, or not at all; nobody else can read it at any time."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w") as file:  # noqa: PTH123 - a descriptor, opened with its mode
        file.write(secret + "\n")
    part.replace(path)
