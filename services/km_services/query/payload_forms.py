"""Which form the bytes of a payload take in an answer. Pure."""

import base64
import json
from typing import Final

import orjson

from km_schemas.payload import JSON_DEPTH_LIMIT, json_depth
from km_services.query.answers.frames import Payload

DEFERRED_ABOVE: Final = 256 * 1024
"""Bytes; a page of 500 frames stays readable, and a larger payload is had by its own address."""


def payload_answer(data: bytes | None, *, stored: bool, recorded_size: int, omitted: str | None) -> Payload:
    """The payload of one frame: `data` where it was read; `omitted` is the JSON that stands in its place."""
    if data is not None and len(data) <= DEFERRED_ABOVE:
        return _inline(data)
    if stored:
        return Payload(form="deferred", size=recorded_size if data is None else len(data))
    if omitted is not None:
        facts = json.loads(omitted)
        return Payload(form="omitted", size=facts["size"], sha256=facts["sha256"])
    return Payload(form="missing", size=recorded_size)


def _inline(data: bytes) -> Payload:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Payload(form="base64", size=len(data), base64=base64.b64encode(data).decode())
    return Payload(form="json" if _is_json(data) else "text", size=len(data), text=text)


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return json_depth(data) <= JSON_DEPTH_LIMIT
