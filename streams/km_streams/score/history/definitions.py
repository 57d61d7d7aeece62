"""Tool definitions, as they are remembered: a digest of each member and a summary of the parameters. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
import rfc8785

from km_streams.score.exchange import member
from km_streams.score.keys import digest_of_bytes
from km_streams.score.state import Tool
from km_streams.score.weights import weight_of_tool

TOOLS_LIMIT: Final = 200
"""Tools remembered of one server."""
KEPT: Final = 1024
"""Definitions whose digests are kept in memory; they depend on the definition alone."""
NAME_LIMIT: Final = 128
_PARAMETERS_LIMIT: Final = 40
_PARAMETER_LENGTH: Final = 48
_OTHER_MEMBERS: Final = ("title", "outputSchema", "annotations", "_meta", "execution", "icons")


def listed_tools(result: Mapping[str, object]) -> Iterator[tuple[int, str, Mapping[str, object]]]:
    """(position, name, definition) of the tools in a result of `tools/list`."""
    tools = result.get("tools")
    for position, tool in enumerate(tools[:TOOLS_LIMIT] if isinstance(tools, list) else ()):
        if isinstance(tool, dict) and isinstance(name := tool.get("name"), str):
            yield position, name[:NAME_LIMIT], tool


def remembered(name: str, definition: Mapping[str, object], digest: str, now_us: int, alarm: int) -> Tool:
    """What is kept of a definition."""
    schema, annotations = member(definition, "inputSchema"), member(definition, "annotations")
    described = definition.get("description")
    tool = Tool(
        last_us=now_us,
        digest=digest,
        fields=dict(_fields(definition)),
        description_length=len(described) if isinstance(described, str) else 0,
        read_only=_flag(annotations, "readOnlyHint"),
        destructive=_flag(annotations, "destructiveHint"),
        alarm=alarm,
    )
    properties = schema.get("properties")
    if isinstance(properties, dict) and len(properties) <= _PARAMETERS_LIMIT:
        tool.parameters = {name[:_PARAMETER_LENGTH]: types_of(inner) for name, inner in properties.items()}
        tool.closed = schema.get("additionalProperties") is False
        tool.required = _names(schema.get("required"))
    tool.weight = weight_of_tool(name, tool)
    return tool


def types_of(schema: object) -> str:
    """The JSON types that a schema allows, `null|string`; empty where it does not say so plainly."""
    types = schema.get("type") if isinstance(schema, dict) else None
    if isinstance(types, str):
        return types[:_PARAMETER_LENGTH]
    if isinstance(types, list) and all(isinstance(one, str) for one in types):
        return "|".join(sorted(types))[:_PARAMETER_LENGTH]
    if isinstance(schema, dict) and isinstance(options := schema.get("anyOf"), list):
        return _any_of([types_of(option) for option in options])
    return ""


def canonical(value: object) -> bytes:
    """The value in the form of RFC 8785; sorted JSON where a number or the depth is beyond that form."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, RecursionError):
        return msgspec.json.encode(value, order="sorted")


def _fields(definition: Mapping[str, object]) -> dict[str, str]:
    """The digests of its members; kept by the whole of it, as a server says the same to everybody."""
    key = hashlib.blake2b(msgspec.json.encode(definition), digest_size=16).digest()
    known = _kept.get(key)
    if known is None:
        if len(_kept) >= KEPT:
            del _kept[next(iter(_kept))]
        known = _kept[key] = dict(_digests(definition))
    return known


_kept: Final[dict[bytes, dict[str, str]]] = {}


def _digests(definition: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in ("description", "inputSchema", *_OTHER_MEMBERS):
        if definition.get(name) is not None:
            yield name, digest_of_bytes(canonical(definition[name]))


def _any_of(options: list[str]) -> str:
    if not all(options):
        return ""
    return "|".join(sorted({type_ for option in options for type_ in option.split("|")}))[:_PARAMETER_LENGTH]


def _flag(annotations: Mapping[str, object], name: str) -> bool | None:
    value = annotations.get(name)
    return value if isinstance(value, bool) else None


def _names(value: object) -> list[str]:
    names = value if isinstance(value, list) else []
    return sorted({name[:_PARAMETER_LENGTH] for name in names if isinstance(name, str)})[:_PARAMETERS_LIMIT]
