"""What a frame says, in the words of calls: requests, answers, notifications. A frame may hold several (a batch).

Sanitized frames come from anybody: every member may be of any JSON type, or missing.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
import orjson
from msgspec import UNSET, Raw

from km_schemas.records import Event
from km_schemas.words import Direction
from km_streams.jsonrpc import classify_value, id_text

ITEMS_LIMIT: Final = 1_000
"""Items of a batch that are joined to calls; more would not fit into a record of `mcp.scored`."""
TEXT_LIMIT: Final = 128
"""Characters of names and versions taken from frames."""

JsonObject = Mapping[str, object]
_NOTHING: Final[JsonObject] = {}


class Request(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A request, and the bytes it took."""

    item: int
    size: int
    rpc_id: str
    method: str
    target: str | None
    params: JsonObject


class Answer(msgspec.Struct, eq=False, gc=False):
    """A result or an error. What a server answers is large, and read no further than somebody asks."""

    item: int
    size: int
    rpc_id: str
    is_error: bool
    error_code: int | None
    members: Mapping[str, object]
    """Of a result, by name, each parsed or as it came (`Raw`); none where the result is no object, and for errors."""
    source: object = None
    """The member `result` or `error`, parsed or as it came."""

    @property
    def body(self) -> object:
        """The member `result` or `error`, of whatever type it is."""
        if type(self.source) is Raw:
            self.source = _parsed(self.source)
        return self.source

    @property
    def result(self) -> JsonObject:
        """Empty where the result is no object, and for errors."""
        if self.is_error:
            return _NOTHING
        return self.body if isinstance(self.body, dict) else _NOTHING

    @property
    def fingerprint(self) -> bytes | None:
        """Equal for bodies that came as the same bytes, or were read as the same value; None where that is too deep."""
        try:
            body = self.source if type(self.source) is Raw else orjson.dumps(self.source)
        except orjson.JSONEncodeError:  # deeper than orjson writes
            return None
        return hashlib.sha256(body).digest()

    def get(self, name: str) -> object:
        """A member of the result; None where there is none."""
        value = self.members.get(name)
        return _parsed(value) if type(value) is Raw else value


class Notification(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A notification."""

    method: str
    params: JsonObject
    item: int = 0


Part = Request | Answer | Notification


class _AnswerFrame(msgspec.Struct, gc=False):
    """What is read at first of a frame that is a result."""

    result: Raw = Raw()


_answer_frame: Final = msgspec.json.Decoder(_AnswerFrame)
_LARGE: Final = 4096
"""Bytes from which a server's result is not read at once."""
_SPEAKING: Final = frozenset({"request", "result", "error", "notification"})
_BRACE: Final = ord("{")
_members: Final = msgspec.json.Decoder(dict[str, Raw])


def read(event: Event) -> tuple[object, Sequence[Part]]:
    """The parsed frame of an event, and what it says, in its order.

    The frame is None where it is not JSON, and for a server's result, which `Answer` reads when it is asked.
    """
    if event.payload.json is UNSET:
        return None, _said(event, None)
    if event.size >= _LARGE and event.kind == "result" and event.direction == "server_to_client":
        return None, () if event.rpc_id is None else (_unread(event, event.rpc_id, event.payload.json),)
    value = _parsed(event.payload.json)
    return value, _said(event, value)


def _said(event: Event, value: object) -> Sequence[Part]:
    if event.kind == "batch" and isinstance(value, list):
        return list(_batch(value[:ITEMS_LIMIT]))
    if event.kind not in _SPEAKING:
        return ()
    if not isinstance(value, dict):
        return list(_without_payload(event))
    part = _whole(event, value)
    return (part,) if part else ()


def opposite(direction: Direction) -> Direction:
    """The other direction."""
    return "server_to_client" if direction == "client_to_server" else "client_to_server"


def member(value: object, name: str) -> JsonObject:
    """The object that is a member of `value`; an empty one where there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else _NOTHING


def text(value: object, name: str) -> str | None:
    """The string that is a member of `value`, at most TEXT_LIMIT characters; none where there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    return inner[:TEXT_LIMIT] if isinstance(inner, str) else None


def cancelled_id(notification: Notification) -> str | None:
    """The id of the request that a notification cancels."""
    if notification.method != "notifications/cancelled":
        return None
    return id_text(notification.params.get("requestId"))


def _parsed(json: Raw) -> object:
    try:
        return orjson.loads(memoryview(json))
    except orjson.JSONDecodeError:
        return None


def _unread(event: Event, rpc_id: str, json: Raw) -> Answer:
    try:
        result = _answer_frame.decode(json).result
        members = _members.decode(result) if memoryview(result)[0] == _BRACE else _NOTHING
    except (msgspec.DecodeError, IndexError):
        return Answer(0, event.size, rpc_id, False, None, _NOTHING)
    return Answer(0, event.size, rpc_id, False, None, members, result)


def _without_payload(event: Event) -> Iterator[Part]:
    """What is known of a frame whose payload is too large or too deep to be read here."""
    if event.rpc_id is not None and event.kind == "request" and event.method is not None:
        yield Request(0, event.size, event.rpc_id, event.method, event.target, _NOTHING)
    elif event.rpc_id is not None and event.kind in {"result", "error"}:
        yield Answer(0, event.size, event.rpc_id, event.kind == "error", None, _NOTHING)


def _whole(event: Event, value: dict[str, object]) -> Part | None:
    """The one part of a frame that is no batch; what it is the sanitizer found already."""
    if event.method is not None:
        params = member(value, "params")
        if event.rpc_id is None:
            return Notification(event.method, params)
        return Request(0, event.size, event.rpc_id, event.method, event.target, params)
    return None if event.rpc_id is None else _answer(0, event.size, event.rpc_id, event.kind == "error", value)


def _answer(item: int, size: int, rpc_id: str, is_error: bool, value: dict[str, object]) -> Answer:
    if not is_error:
        return Answer(item, size, rpc_id, False, None, member(value, "result"), value.get("result"))
    code = member(value, "error").get("code")
    return Answer(item, size, rpc_id, True, _int32(code), _NOTHING, value.get("error"))


def _batch(items: list[object]) -> Iterator[Part]:
    for position, item in enumerate(items):
        if isinstance(item, dict):
            part = _part(position, len(msgspec.json.encode(item)), item)
            if part:
                yield part


def _part(item: int, size: int, value: dict[str, object]) -> Part | None:
    classified = classify_value(value)
    method, rpc_id = classified.method, classified.rpc_id
    if method is not None:
        params = member(value, "params")
        if rpc_id is None:
            return Notification(method, params, item)
        return Request(item, size, rpc_id, method, classified.target, params)
    if rpc_id is None or classified.kind not in {"result", "error"}:
        return None
    return _answer(item, size, rpc_id, classified.kind == "error", value)


def _int32(value: object) -> int | None:
    """An error code as the tables hold it; none for what is no integer of 32 bits."""
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) <= value < 2**31:
        return None
    return value
