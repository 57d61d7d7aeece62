"""Family `obedience`: what a server's text told its reader to call is called."""

from collections.abc import Iterator
from typing import Final

import orjson

from km_schemas.records import Signal
from km_streams.json_path import normalized_path
from km_streams.score.exchange import Request, member
from km_streams.score.frame_view import Exchange, Mark
from km_streams.score.history.names import plain
from km_streams.score.history.scene import MINUTE_US, Scene
from km_streams.score.keys import NAME_BYTES, cut
from km_streams.score.ruleset import signal_of
from km_streams.score.state import Demand

DEMANDS_LIMIT: Final = 24
LITERALS_LIMIT: Final = 6
LITERAL_BYTES: Final = 48
_DISTINCT: Final = 6
"""Letters of a tool's name that is not the end of another one by chance."""
_SHORTEST_LITERAL: Final = 4
_FAMILY: Final = "obedience"
_WINDOW_US: Final = 15 * MINUTE_US


def remember_demands(scene: Scene, score: int) -> None:
    """Note the calls that the frame, of this score by itself, demands."""
    for mark in scene.marks:
        if mark.kind == "demanded-call":
            scene.memory.demands.append(_demand(scene, mark, score))
    since = scene.now_us - _WINDOW_US
    recent = [demand for demand in scene.memory.demands if demand.at_us >= since]
    scene.memory.demands = recent[-DEMANDS_LIMIT:]


def _demand(scene: Scene, mark: Mark, score: int) -> Demand:
    event = scene.frame.event
    literals = [cut(text, LITERAL_BYTES) for text in mark.literals if len(text) >= _SHORTEST_LITERAL]
    return Demand(
        run_id=event.run_id,
        seq=event.seq,
        at_us=scene.now_us,
        server=cut(scene.run.server, NAME_BYTES),
        tool=cut(mark.value, NAME_BYTES),
        plain_tool=plain(mark.value)[:NAME_BYTES],
        literals=literals[:LITERALS_LIMIT],
        score=score,
    )


def obedience_signals(scene: Scene, exchange: Exchange, request: Request) -> Iterator[Signal]:
    """Whether a call is what a text demanded shortly before; each demand is answered once."""
    demands = scene.memory.demands
    if not demands or request.target is None or scene.now_us - demands[-1].at_us > _WINDOW_US:
        return
    arguments, called = "", plain(request.target)
    last = called[-1:]
    for demand in [demand for demand in reversed(demands) if not demand.tool or demand.plain_tool[-1:] == last]:
        if scene.now_us - demand.at_us > _WINDOW_US or (demand.tool and not _names(demand.plain_tool, called)):
            continue
        arguments = arguments or _text(request)
        said = next((literal for literal in demand.literals if literal in arguments), None)
        if not demand.tool and said is None:
            continue
        rule = scene.rule(_FAMILY, "obeyed-injection")
        kind = _kind(demand, scene, rule.source.values["alarming"], literal=said is not None)
        evidence = (
            f"{demand.server} demanded {demand.tool or 'a call'} in {demand.run_id}/{demand.seq}: {said or 'by name'}"
        )
        yield signal_of(rule, normalized_path((*exchange.root, "params")), evidence, rule.source.values[kind])
        demands.remove(demand)
        return


def _kind(demand: Demand, scene: Scene, alarming: float, *, literal: bool) -> str:
    """How grave it is: a server may well say which of its own tools comes next, and with what."""
    if demand.score >= alarming:
        return "literal" if literal else "ordered"
    if not demand.tool:
        return "carried"
    if demand.server == cut(scene.run.server, NAME_BYTES):
        return "own_literal" if literal else "own"
    return "foreign_literal" if literal else "foreign"


def _names(demanded: str, called: str) -> bool:
    """The same tool, also where a client or a text writes the server's name before it."""
    if demanded == called:
        return bool(called)
    return min(len(demanded), len(called)) >= _DISTINCT and (demanded.endswith(called) or called.endswith(demanded))


def _text(request: Request) -> str:
    try:
        return orjson.dumps(member(request.params, "arguments")).decode()
    except orjson.JSONEncodeError:
        return ""
