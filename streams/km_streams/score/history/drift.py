"""Family `drift`: a server's tools are not what they were (RFC 8785 digests of each member, and what changed)."""

from collections.abc import Iterator
from math import prod
from typing import Final

import msgspec

from km_schemas.records import Signal
from km_streams.json_path import normalized_path
from km_streams.score.bounds import weigh_server
from km_streams.score.exchange import Answer
from km_streams.score.frame_view import Exchange
from km_streams.score.history.definitions import KEPT, listed_tools, remembered
from km_streams.score.history.scene import Scene
from km_streams.score.keys import bounded, digest_of_bytes
from km_streams.score.risk import risk_score
from km_streams.score.ruleset import signal_of
from km_streams.score.state import Tool

_FAMILY: Final = "drift"
_NAMED: Final = 4
"""New tools that are signals of their own in one list; more are one."""

Listed = dict[str, tuple[int, Tool]]
"""The tools of a list by name, each with its position."""


def listing_signals(scene: Scene, exchange: Exchange, answer: Answer) -> Iterator[Signal]:
    """What a list of tools shows beside the list before it; remembers the new one, and which tools are news."""
    server = scene.server
    digest = _digest(answer)
    if digest == scene.run.listing:
        return
    is_paged = "nextCursor" in answer.members
    if scene.run.listing and not is_paged:
        scene.run.relisted += 1
        yield from _flapping(scene, exchange)
    scene.run.listing = digest
    if digest != server.listing:
        listed = _listed(scene, exchange, answer)
        scene.news = frozenset(listed)
        yield from _changed(scene, exchange, listed)
        yield from _new(scene, exchange, listed)
        server.tools |= {name: tool for name, (_, tool) in listed.items()}
    server.listing = digest
    server.version = scene.run.facts.server_info_version
    server.listed = server.listed or not is_paged
    weigh_server(scene.state, scene.run.server)


def _digest(answer: Answer) -> str:
    """Of the list as it came: one whose members only stand in another order is compared tool by tool."""
    fingerprint = answer.fingerprint
    known = None if fingerprint is None else _kept.get(fingerprint)
    if known is None:
        known = digest_of_bytes(msgspec.json.encode(answer.result.get("tools")))
        if fingerprint is not None:
            if len(_kept) >= KEPT:
                del _kept[next(iter(_kept))]
            _kept[fingerprint] = known
    return known


_kept: Final[dict[bytes, str]] = {}
"""Digests of lists of tools by the fingerprints of results: they come again with each run, large and unchanged."""


def _listed(scene: Scene, exchange: Exchange, answer: Answer) -> Listed:
    """The tools that are new or came otherwise than before."""
    listed: Listed = {}
    for position, name, definition in listed_tools(answer.result):
        digest = digest_of_bytes(msgspec.json.encode(definition))
        known = scene.server.tools.get(name)
        if known is not None and known.digest == digest:
            known.last_us = scene.now_us
        elif name not in listed:
            tool = remembered(name, definition, digest, scene.now_us, _alarm(scene, _path(exchange, position)))
            if known is not None and known.fields == tool.fields:
                scene.server.tools[name] = tool  # the same in another writing
            else:
                listed[name] = position, tool
    return listed


def _alarm(scene: Scene, path: str) -> int:
    signals = [signal for signal in scene.signals if signal.path.startswith(path)]
    return risk_score(signals, scene.rules.family_of, scene.rules.caps) if signals else 0


def _changed(scene: Scene, exchange: Exchange, listed: Listed) -> Iterator[Signal]:
    """One signal for each tool that changed; the gravest counts in full, the others beside it little.

    A new version of a server changes many tools at once; that is not so many times the risk.
    """
    rule = scene.rule(_FAMILY, "definition-drift")
    values = rule.source.values
    factor = values["upgrade"] if _is_upgrade(scene) else 1.0
    found: list[tuple[float, int, str]] = []
    for name, (position, tool) in listed.items():
        before = scene.server.tools.get(name)
        changes = dict(_changes(before, tool)) if before else {}
        if changes:
            weight = 1.0 - prod(1.0 - values[change] for change in changes)
            found.append((weight * factor, position, f"{name}: {'; '.join(changes.values())}"))
    gravest = max(found, key=lambda one: (one[0], -one[1]), default=None)
    for one in found:
        weight, position, evidence = one
        yield signal_of(
            rule, _path(exchange, position), evidence, weight * (1.0 if one is gravest else values["others"])
        )


def _is_upgrade(scene: Scene) -> bool:
    """Whether the server says that it is another version of itself."""
    version = scene.run.facts.server_info_version
    return version is not None and scene.server.version not in {None, version}


def _changes(old: Tool, new: Tool) -> Iterator[tuple[str, str]]:
    """(value of the rule, what happened) of each difference."""
    for field in sorted(old.fields.keys() | new.fields.keys()):
        if old.fields.get(field) != new.fields.get(field):
            yield from _of_field(field, old, new)
    if new.alarm > old.alarm:
        yield "alarm", f"its risk rose from {old.alarm} to {new.alarm}"


def _of_field(field: str, old: Tool, new: Tool) -> Iterator[tuple[str, str]]:
    if field == "description":
        yield field, f"description of {old.description_length} characters now has {new.description_length}"
    elif field == "inputSchema":
        parameters = list(_of_parameters(old, new))
        yield from parameters or [("schema", "texts of the parameters changed")]
    elif field == "annotations":
        yield from _of_annotations(old, new)
    else:
        yield "other", f"{field} changed"


def _of_parameters(old: Tool, new: Tool) -> Iterator[tuple[str, str]]:
    added = sorted(new.parameters.keys() - old.parameters.keys())
    demanded = sorted(set(new.required) - set(old.required))
    if demanded:
        yield "required", f"now demands {', '.join(demanded)}"
    if optional := [name for name in added if name not in demanded]:
        yield "parameter", f"new parameter {', '.join(optional)}"
    if removed := sorted(old.parameters.keys() - new.parameters.keys()):
        yield "removed", f"without parameter {', '.join(removed)}"
    for name in sorted(old.parameters.keys() & new.parameters.keys()):
        if old.parameters[name] != new.parameters[name]:
            yield "type", f"type of {name} was {old.parameters[name] or 'any'}, is {new.parameters[name] or 'any'}"
    if old.closed and not new.closed:
        yield "opened", "takes any further parameter"


def _of_annotations(old: Tool, new: Tool) -> Iterator[tuple[str, str]]:
    """Where a hint is missing a client takes a tool for one that writes and destroys (MCP, Tool annotations)."""
    if new.read_only is True and old.read_only is not True:
        yield "hint", f"readOnlyHint was {old.read_only}, is True"
    if new.destructive is False and old.destructive is not False:
        yield "hint", f"destructiveHint was {old.destructive}, is False"
    if (old.read_only, old.destructive) == (new.read_only, new.destructive):
        yield "other", "annotations changed"
    elif not (new.read_only or new.destructive is False):
        yield "other", "the hints are stricter"


def _new(scene: Scene, exchange: Exchange, listed: Listed) -> Iterator[Signal]:
    if not scene.server.listed:
        return
    new = [(name, position) for name, (position, _) in listed.items() if name not in scene.server.tools]
    rule = scene.rule(_FAMILY, "new-tool")
    if len(new) > _NAMED:
        yield signal_of(rule, _path(exchange, new[0][1]), f"{len(new)} new tools")
        return
    for name, position in new:
        yield signal_of(rule, _path(exchange, position), name)


def _flapping(scene: Scene, exchange: Exchange) -> Iterator[Signal]:
    rule = scene.rule(_FAMILY, "list-flapping")
    if scene.run.relisted >= rule.source.values["changes"]:
        path = normalized_path((*exchange.root, "result", "tools"))
        yield signal_of(rule, path, f"the list changed {scene.run.relisted} times")


def _path(exchange: Exchange, position: int) -> str:
    return normalized_path((*exchange.root, "result", "tools", position))


def behaviour_signals(scene: Scene, exchange: Exchange) -> Iterator[Signal]:
    """A tool whose results never gave orders does so now."""
    orders = scene.marked("injection")
    if not orders:
        return
    habit = scene.server.habits.get(bounded(exchange.target or ""))
    rule = scene.rule(_FAMILY, "behaviour-drift")
    if habit is None or scene.orders < rule.source.values["orders"]:
        return
    if habit.injections == 0 and habit.sizes.count >= rule.source.values["results"]:
        yield signal_of(rule, orders[0].path, f"{exchange.target}: {habit.sizes.count} results before did not")
    habit.injections += 1
