"""Reads JSON with comments and trailing commas (what VS Code calls JSONC) and keeps where everything stands. Pure.

Strings, numbers and literals are RFC 8259's, read by the standard library.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from km.clients.document import UnparsableError

_BLANK: Final = re.compile(r"(?:[ \t\r\n\ufeff]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place: `text[start:end]`."""

    value: object
    start: int
    end: int
    members: "Mapping[str, Member]" = field(default_factory=dict)
    """Of an object."""
    items: "tuple[Node, ...]" = ()
    """Of an array."""


@dataclass(frozen=True, slots=True)
class Member:
    """A key in quotes, `text[start:end]`, and its value."""

    start: int
    end: int
    node: Node


def parse_json(text: str) -> Node:
    """The one value in the text. Raises UnparsableError."""
    try:
        node = _value(text, skip_blank(text, 0))
    except RecursionError:
        raise UnparsableError("it is nested too deeply") from None
    if (rest := skip_blank(text, node.end)) != len(text):
        raise _wrong(text, rest)
    return node


def skip_blank(text: str, position: int) -> int:
    """Behind white space and comments."""
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _value(text: str, start: int) -> Node:
    if text[start : start + 1] == "{":
        return _object(text, start)
    if text[start : start + 1] == "[":
        return _array(text, start)
    try:
        value, end = _DECODER.raw_decode(text, start)
    except ValueError:
        raise _wrong(text, start) from None
    return Node(value, start, end)


def _object(text: str, start: int) -> Node:
    members: dict[str, Member] = {}
    position = skip_blank(text, start + 1)
    while text[position : position + 1] != "}":
        key = _value(text, position)
        if not isinstance(key.value, str) or key.value in members:
            raise _wrong(text, position)
        colon = skip_blank(text, key.end)
        if text[colon : colon + 1] != ":":
            raise _wrong(text, colon)
        node = _value(text, skip_blank(text, colon + 1))
        members[key.value] = Member(key.start, key.end, node)
        position = _behind_comma(text, node.end, "}")
    return Node({key: member.node.value for key, member in members.items()}, start, position + 1, members)


def _array(text: str, start: int) -> Node:
    items: list[Node] = []
    position = skip_blank(text, start + 1)
    while text[position : position + 1] != "]":
        items.append(_value(text, position))
        position = _behind_comma(text, items[-1].end, "]")
    return Node([item.value for item in items], start, position + 1, items=tuple(items))


def _behind_comma(text: str, position: int, end: str) -> int:
    """Where the next element stands, or the end of what holds it."""
    position = skip_blank(text, position)
    if text[position : position + 1] == ",":
        return skip_blank(text, position + 1)
    if text[position : position + 1] != end:
        raise _wrong(text, position)
    return position


def _wrong(text: str, position: int) -> UnparsableError:
    return UnparsableError(f"it is no JSON from line {text.count(chr(10), 0, position) + 1} on")
