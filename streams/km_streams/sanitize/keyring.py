"""The key ring's file: JSON, readable by its owner alone, made at the first start.

{"customers": {"<customer_id>": [{"kid": "k1", "key": "<base64>", "valid_from": "1970-01-01T00:00:00.000000Z"}]}}
"""

import base64
import os
import secrets
import stat
from pathlib import Path
from typing import Final

import msgspec

from km_schemas.timestamps import micros_of, rfc3339
from km_streams.sanitize.tokens import KeyRing, TokenKey

_KEY_BYTES: Final = 32
_FOR_OTHERS: Final = 0o077


class KeyRingError(Exception):
    """The key ring cannot be used; the message says why and what to do, and nothing of the keys."""


class _KeyEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kid: str
    key: str
    valid_from: str


class _KeyRingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    customers: dict[str, list[_KeyEntry]]


def open_key_ring(path: Path, customer_id: str) -> KeyRing:
    """The keys of a customer; a missing file is made, with one key. KeyRingError where it cannot be trusted."""
    if not path.exists():
        _make(path, customer_id)
    try:
        with path.open("rb") as file:
            _refuse_if_open_to_others(path, os.fstat(file.fileno()))
            text = file.read()
    except OSError as error:
        raise KeyRingError(f"the key ring {path} cannot be read: {error.strerror}") from error
    return _ring(path, text, customer_id)


def _ring(path: Path, text: bytes, customer_id: str) -> KeyRing:
    try:
        entries = msgspec.json.decode(text, type=_KeyRingFile).customers.get(customer_id)
        keys = [_token_key(entry) for entry in entries or ()]
    except (msgspec.DecodeError, ValueError):
        raise KeyRingError(f"the key ring {path} is not of its form; restore it from a copy") from None
    if not keys:
        raise KeyRingError(f"the key ring {path} has no key for customer {customer_id}; add one")
    return KeyRing(sorted(keys, key=lambda key: key.valid_from_us))


def _token_key(entry: _KeyEntry) -> TokenKey:
    secret = base64.b64decode(entry.key, validate=True)
    if len(secret) < _KEY_BYTES or not entry.kid.replace("-", "").replace("_", "").isalnum() or len(entry.kid) > 32:
        raise ValueError("key")
    return TokenKey(entry.kid, secret, micros_of(entry.valid_from))


def _refuse_if_open_to_others(path: Path, status: os.stat_result) -> None:
    if stat.S_IMODE(status.st_mode) & _FOR_OTHERS:
        raise KeyRingError(f"others may read the key ring {path}; chmod 600 it, and think of its keys as known")
    if status.st_uid != os.geteuid():
        raise KeyRingError(f"the key ring {path} belongs to another user; start sanitize as that one")


def _make(path: Path, customer_id: str) -> None:
    """Write a new ring beside its place and link it there: of two that start at once, one ring stands."""
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    ring = _KeyRingFile({customer_id: [_KeyEntry("k1", key, rfc3339(0))]})
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(ring))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # another one was first
    except OSError as error:
        raise KeyRingError(f"no key ring can be made at {path}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
