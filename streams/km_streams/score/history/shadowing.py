"""Family `shadowing`: a tool of one server that passes for a tool of another, or speaks of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from km_schemas.records import Signal
from km_streams.json_path import normalized_path
from km_streams.score.exchange import Answer
from km_streams.score.frame_view import Exchange
from km_streams.score.history.definitions import listed_tools
from km_streams.score.history.names import letters_of, plain, skeleton, within_two_edits
from km_streams.score.history.scene import Scene
from km_streams.score.ruleset import signal_of
from km_streams.score.state import Tool

_FAMILY: Final = "shadowing"
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_.-][A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+")
"""Words that are names of tools rather than prose: joined, or in camel case."""
_SPOKEN_OF: Final = re.compile(
    r"[`'\"“]([A-Za-z][\w.-]{2,63})[`'\"”]"
    r"|\b([A-Za-z][\w.-]{2,63})\s+(?:tool|function|(?:is|was|gets|has been)\s+(?:called|used|invoked|run))\b"
)
"""Plain words that are spoken of as tools: quoted, or as something that is called."""
_TWO_EDITS: Final = 4
"""Letters by which two names of two edits differ at most."""
_COMPARED: Final = 600
"""Tools of other servers that a list is compared with."""

Others = dict[str, tuple[str, Tool]]
"""Tools of the other servers by name, each with its server."""


def shadowing_signals(scene: Scene, exchange: Exchange, answer: Answer) -> Iterator[Signal]:
    """What a list of tools has to do with the tools of other servers; tools that are known and unchanged say nothing.

    To be asked after `listing_signals` remembered the list.
    """
    others = _others(scene) if scene.news else {}
    if not others:
        return
    twins = _twins(scene, others)
    if len(twins) >= scene.rule(_FAMILY, "tool-shadowing").source.values["alternatives"]:
        yield _alternative(scene, exchange, answer, twins, others)
    else:
        twins = frozenset()
    for position, name, definition in listed_tools(answer.result):
        if name in scene.news and name in scene.server.tools:
            path = normalized_path((*exchange.root, "result", "tools", position))
            if name not in twins:
                yield from _alike(scene, name, path, others)
            yield from _references(scene, definition, path, others)


def _others(scene: Scene) -> Others:
    others: Others = {}
    for server in sorted(scene.state.servers):
        if scene.state.servers[server] is not scene.server:
            tools = scene.state.servers[server].tools
            others.update({name: (server, tools[name]) for name in sorted(tools)[: _COMPARED - len(others)]})
    return others


def _twins(scene: Scene, others: Others) -> frozenset[str]:
    """The listed tools that another server has under the same name and with another definition."""
    ours = scene.server.tools
    both = (name for name in scene.news if name in others and name in ours)
    return frozenset(name for name in both if others[name][1].fields != ours[name].fields)


def _alternative(scene: Scene, exchange: Exchange, answer: Answer, twins: frozenset[str], others: Others) -> Signal:
    """Many equal names are another program for the same purpose, and one reason together."""
    rule = scene.rule(_FAMILY, "tool-shadowing")
    position, name = next((at, name) for at, name, _ in listed_tools(answer.result) if name in twins)
    path = normalized_path((*exchange.root, "result", "tools", position))
    evidence = f"{len(twins)} tools such as {name} are also tools of {others[name][0]}"
    return signal_of(rule, path, evidence, rule.source.values["alternative"])


def _alike(scene: Scene, name: str, path: str, others: Others) -> Iterator[Signal]:
    rule = scene.rule(_FAMILY, "tool-shadowing")
    values = rule.source.values
    if name in others:
        server, tool = others[name]
        if tool.fields != scene.server.tools[name].fields:
            weight = values["common" if _is_common(scene, name) else "equal"]
            yield signal_of(rule, path, f"{name} is also a tool of {server}", weight)
        return
    for other in sorted(others):
        if weight := _likeness(name, other, values):
            yield signal_of(rule, path, f"{name} looks like {other} of {others[other][0]}", weight)
            return


def _is_common(scene: Scene, name: str) -> bool:
    """One word only, as a hundred servers call a tool."""
    return plain(name) in scene.rule(_FAMILY, "tool-shadowing").source.words["common"] or not _WORD.fullmatch(name)


def _likeness(name: str, other: str, values: Mapping[str, float]) -> float:
    if skeleton(name) == skeleton(other):
        return values["confusable"] if plain(name) != plain(other) else values["writing"]
    if min(len(name), len(other)) < values["length"] or len(letters_of(name) ^ letters_of(other)) > _TWO_EDITS:
        return 0.0
    if name.rstrip("s") == other.rstrip("s"):
        return 0.0
    return values["near"] if within_two_edits(name.casefold(), other.casefold()) else 0.0


def _references(scene: Scene, definition: Mapping[str, object], path: str, others: Others) -> Iterator[Signal]:
    rule = scene.rule(_FAMILY, "cross-server-reference")
    ours, common = scene.server.tools, scene.rule(_FAMILY, "tool-shadowing").source.words["common"]
    for word in dict.fromkeys(_words(definition)):
        if word in others and word not in ours and plain(word) not in common:
            yield signal_of(rule, path, f"speaks of {word}, a tool of {others[word][0]}")
            return


def _words(value: object) -> Iterator[str]:
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield from _WORD.findall(value)
            yield from (one or other for one, other in _SPOKEN_OF.findall(value))
        elif isinstance(value, dict):
            stack.extend(reversed(value.values()))
        elif isinstance(value, list):
            stack.extend(reversed(value))
