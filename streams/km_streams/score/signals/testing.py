"""For tests and examples: frames, sanitized as in production, and what the stateless families say of one of them."""

from collections.abc import Mapping

import orjson

from km_schemas.codecs import decode
from km_schemas.headers import FRAME
from km_schemas.records import Event, Signal
from km_schemas.words import Direction
from km_streams.sanitize.testing import RUN_ID, known_processor, raw_headers, raw_record
from km_streams.score.exchange import Answer, read
from km_streams.score.frame_view import Exchange, FrameView, Mark, method_by_shape
from km_streams.score.risk import risk_score
from km_streams.score.ruleset import load_rules
from km_streams.score.signals import FAMILIES
from km_streams.score.state import Facts

RULES = load_rules()
_SANITIZE = known_processor()


def event(direction: Direction, frame: object) -> Event:
    """The sanitized event of a frame: a JSON value, or bytes."""
    data = frame if isinstance(frame, bytes) else orjson.dumps(frame)
    (output,) = _SANITIZE.process(raw_record(raw_headers(1, direction, FRAME, RUN_ID), data), None)
    return decode(output.value, Event)


def view(of: Event) -> FrameView:
    """The frame of an event whose run nothing is known of."""
    value, parts = read(of)
    exchanges = []
    for part in parts:
        method = method_by_shape(part) if isinstance(part, Answer) else part.method
        root = (part.item,) if of.kind == "batch" else ()
        exchanges.append(Exchange(part, method, getattr(part, "target", None), root))
    return FrameView(of, value, tuple(exchanges), "", Facts(), RULES.triggers)


def found(of: Event) -> tuple[list[Signal], list[Mark]]:
    """The signals and marks of all families."""
    frame = view(of)
    all_found = [one for family in FAMILIES for one in family(frame, RULES)]
    marks = [one for one in all_found if isinstance(one, Mark)]
    return [one for one in all_found if not isinstance(one, Mark)], marks


def labels(of: Event) -> set[str]:
    """The ids of the rules that an event's signals name."""
    return {signal.rule.partition("@")[0] for signal in found(of)[0]}


def score(of: Event) -> int:
    """The score of an event by the stateless families alone."""
    return risk_score(found(of)[0], RULES.family_of, RULES.caps)


def call(tool: str, **arguments: object) -> Event:
    """A client's call of a tool."""
    params = {"name": tool, "arguments": arguments}
    return event("client_to_server", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})


def result(**members: object) -> Event:
    """A server's result."""
    return event("server_to_client", {"jsonrpc": "2.0", "id": 1, "result": members})


def text(said: str) -> Event:
    """The result of a tool that says something."""
    return result(content=[{"type": "text", "text": said}])


def tool(name: str, description: str, parameters: Mapping[str, str] | None = None) -> dict[str, object]:
    """A tool's definition; parameters by name, with their descriptions."""
    properties = {
        key: {"type": "string", "description": said} if said else {"type": "string"}
        for key, said in (parameters or {"x": ""}).items()
    }
    return {"name": name, "description": description, "inputSchema": {"type": "object", "properties": properties}}


def listed(*tools: dict[str, object]) -> Event:
    """A result of `tools/list`."""
    return result(tools=list(tools))


def asked(method: str, **params: object) -> Event:
    """A server's request."""
    return event("server_to_client", {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
