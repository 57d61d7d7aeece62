"""Under what a call stands in the state of its run: its direction, and what its answer will carry. Pure."""

import hashlib
from typing import Final

import msgspec

from km_schemas.words import Direction
from km_streams.score.exchange import JsonObject

_PLAIN_ID_LENGTH: Final = 64
_DIGEST_BYTES: Final = 6
NAME_BYTES: Final = 64
"""Of a name that is remembered across servers."""


def open_key(direction: Direction, rpc_id: str) -> str:
    """Of a request in flight: its direction and id."""
    return f"{direction}/{rpc_id}" if len(rpc_id) <= _PLAIN_ID_LENGTH else f"{direction}/{bounded(rpc_id)}"


def interim_key(direction: Direction, method: str, target: str | None, holder: JsonObject) -> str:
    """What an `input_required` result and the retry share: the opaque `requestState`, else method and target."""
    shared = holder.get("requestState", [method, target])
    # orjson writes 254 levels and no more; a payload may have 512.
    digest = hashlib.sha256(msgspec.json.encode(shared, order="sorted")).hexdigest()[:32]
    return f"{direction}/{digest}"


def task_key(direction: Direction, task_id: str) -> str:
    """Of a call that became a task: its direction and the task's id."""
    return f"{direction}/{bounded(task_id)}"


def bounded(text: str) -> str:
    """A text of at most 64 characters as it is, the digest of a longer one."""
    if len(text) <= _PLAIN_ID_LENGTH:
        return text
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(text: str) -> str:
    """Twelve hexadecimal digits of a text; what is remembered is never the thing itself."""
    return digest_of_bytes(text.encode("utf-8", "surrogatepass"))


def digest_of_bytes(data: bytes) -> str:
    """Twelve hexadecimal digits of bytes."""
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()


def digest_of_json(value: object) -> str:
    """Twelve hexadecimal digits that are equal for equal JSON values, in whatever order their members stand."""
    return digest_of_bytes(msgspec.json.encode(value, order="sorted"))


def cut(text: str, length: int) -> str:
    """At most `length` bytes of a text in UTF-8."""
    return text if len(text) * 4 <= length else text.encode("utf-8", "replace")[:length].decode("utf-8", "ignore")
