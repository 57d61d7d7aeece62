"""What a frame is in JSON-RPC 2.0, and what it is about. For sanitized frames."""

import hashlib
from dataclasses import dataclass
from typing import Final

import orjson

from km_schemas.words import Kind

NAME_LIMIT: Final = 128
"""Characters of a method or target."""
_ID_LIMIT: Final = 256
_TARGET_MEMBERS: Final = {
    "tools/call": "name", "prompts/get": "name",
    "resources/read": "uri", "resources/subscribe": "uri", "resources/unsubscribe": "uri",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Classified:
    """Kind of a frame; method and id where it has them."""

    kind: Kind
    method: str | None = None
    rpc_id: str | None = None
    target: str | None = None


NOISE: Final = Classified("noise")


def classify(data: bytes) -> Classified:
    """The kind of a whole frame (JSON-RPC 2.0 §4–6); noise for what is none of its shapes."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return NOISE
    return classify_value(value)


def classify_value(value: object) -> Classified:
    """The same, of a frame that is parsed."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return Classified("batch")
    if not isinstance(value, dict) or value.get("jsonrpc") != "2.0":
        return NOISE
    method = value.get("method")
    rpc_id = id_text(value.get("id"))
    if isinstance(method, str):
        kind: Kind = "notification" if rpc_id is None else "request"
        return Classified(kind, method[:NAME_LIMIT], rpc_id, _target(method, value.get("params")))
    if "result" in value and rpc_id is not None:
        return Classified("result", rpc_id=rpc_id)
    return Classified("error", rpc_id=rpc_id) if isinstance(value.get("error"), dict) else NOISE


def id_text(rpc_id: object) -> str | None:
    """`1` for 1 and `"1"` for "1"; a digest for a very long one; none for what is no id (JSON-RPC 2.0 §4)."""
    if isinstance(rpc_id, bool) or not isinstance(rpc_id, str | int | float):
        return None
    text = orjson.dumps(rpc_id)
    if len(text) <= _ID_LIMIT:
        return text.decode()
    return f'"sha256:{hashlib.sha256(text).hexdigest()}"'


def _target(method: str, params: object) -> str | None:
    """The tool, prompt or resource a request is about."""
    member = _TARGET_MEMBERS.get(method)
    target = params.get(member) if member and isinstance(params, dict) else None
    return target[:NAME_LIMIT] if isinstance(target, str) else None
