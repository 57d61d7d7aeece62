"""Family `conformance`: a call that is not what the server's list of tools says."""

from collections.abc import Iterable, Iterator
from typing import Final

from km_schemas.records import Signal
from km_streams.json_path import Step, normalized_path
from km_streams.score.exchange import JsonObject, Request, member
from km_streams.score.frame_view import Exchange
from km_streams.score.history.names import plain
from km_streams.score.history.scene import Scene
from km_streams.score.ruleset import CompiledRule, signal_of
from km_streams.score.state import Tool

_FAMILY: Final = "conformance"
_LONG: Final = 200
"""Characters of a text that is more than a parameter's value."""


def call_signals(scene: Scene, exchange: Exchange, request: Request) -> Iterable[Signal]:
    """What a call of a tool shows beside the tool's definition."""
    tool = scene.server.tools.get(request.target or "")
    root = (*exchange.root, "params")
    if tool is None:
        return _unlisted(scene, request, root)
    if not scene.marks and _fits(tool, member(request.params, "arguments")):
        return ()
    return _known(scene, tool, request, root)


def _fits(tool: Tool, arguments: JsonObject) -> bool:
    """Whether arguments are what a definition says; nearly all are."""
    if not (tool.parameters or tool.closed):
        return True
    parameters = tool.parameters
    for name, value in arguments.items():
        types = parameters.get(name)
        if types is None or (types and not (types == "string" and type(value) is str) and not _is_of(value, types)):
            return False
    return arguments.keys() >= set(tool.required) if tool.required else True


def _known(scene: Scene, tool: Tool, request: Request, root: tuple[Step, ...]) -> Iterator[Signal]:
    yield from _against_schema(scene, tool, request, root)
    if tool.read_only and (writes := scene.marked("writes")):
        rule = scene.rule(_FAMILY, "annotation-lie")
        yield signal_of(rule, writes[0].path, f"{request.target} says readOnlyHint, the call writes: {writes[0].value}")


def _unlisted(scene: Scene, request: Request, root: tuple[Step, ...]) -> Iterator[Signal]:
    if not scene.server.listed or request.target is None:
        return
    rule = scene.rule(_FAMILY, "unlisted-call")
    weight = rule.source.weight if scene.run.listing else rule.source.values["listed_before"]
    yield signal_of(rule, normalized_path((*root, "name")), request.target, weight)


def _against_schema(scene: Scene, tool: Tool, request: Request, root: tuple[Step, ...]) -> Iterator[Signal]:
    if not (tool.parameters or tool.closed):
        return
    rule = scene.rule(_FAMILY, "schema-violation")
    arguments = member(request.params, "arguments")
    for name, value in arguments.items():
        if name not in tool.parameters:
            path = normalized_path((*root, "arguments", name))
            yield signal_of(
                rule, path, f"{name} is no parameter", _weight_of_extra(rule, name, value, closed=tool.closed)
            )
        elif not _is_of(value, tool.parameters[name]):
            path = normalized_path((*root, "arguments", name))
            yield signal_of(rule, path, f"{name} is not of type {tool.parameters[name]}", rule.source.values["type"])
    if missing := [name for name in tool.required if name not in arguments]:
        path = normalized_path((*root, "arguments"))
        yield signal_of(rule, path, f"without {', '.join(missing)}", rule.source.values["missing"])


def _weight_of_extra(rule: CompiledRule, name: str, value: object, *, closed: bool) -> float:
    if plain(name) in rule.source.words["side_channels"] or (isinstance(value, str) and len(value) >= _LONG):
        return rule.source.values["side_channel"]
    return rule.source.values["extra_closed" if closed else "extra"]


def _is_of(value: object, types: str) -> bool:
    return not types or any(_is_one_of(value, type_) for type_ in types.split("|"))


def _is_one_of(value: object, type_: str) -> bool:
    """JSON Schema 2020-12 §6.1.1; a type that it does not know is any."""
    if isinstance(value, bool):
        return type_ == "boolean" or type_ not in _KNOWN
    if isinstance(value, float) and type_ == "integer":
        return value.is_integer()
    return isinstance(value, _KNOWN.get(type_, object))


_KNOWN: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}
