"""At least how many bytes a part of the state takes when it is encoded (MessagePack)."""

from functools import lru_cache
from typing import Final

from km_streams.score.state import Call, RunState, ServerState, Tool

NUMBER: Final = 9
"""Of any integer or float, and more than the head of any string, array or map here."""
DIGEST: Final = 13
_CALL_NUMBERS: Final = 20 * NUMBER
_DIRECTION: Final = 32
_KEY: Final = 300
"""Of the key a call stands under."""
_CALL: Final = _CALL_NUMBERS + _DIRECTION + _KEY
_RUN_NUMBERS: Final = 40 * NUMBER + 64
_RANGE: Final = 3 * NUMBER
_REPEAT: Final = DIGEST + 3 * NUMBER
_TOOL_NUMBERS: Final = NUMBER + 32
"""A time; a length, a score and a weight of five bytes each; flags and heads."""
_HABIT_NUMBERS: Final = 3 * NUMBER + 16
"""A time, a mean and a variance; two counts of five bytes each, and heads."""
_SERVER_NUMBERS: Final = 16 * NUMBER + 2 * DIGEST


def weight_of_call(call: Call) -> int:
    """Of one call without a final answer; the same from its opening to its end, or until it becomes a task."""
    named = _CALL + of_text(call.rpc_id) + _of_names(call.method, call.target)
    if call.progress_token is None and call.task_id is None and call.traceparent is None:
        return named + 3
    return named + of_text(call.progress_token) + of_text(call.task_id) + of_text(call.traceparent)


@lru_cache(maxsize=4096)
def _of_names(method: str, target: str | None) -> int:
    return of_text(method) + of_text(target)


def weight_of_run(run: RunState) -> int:
    """Of one run with its calls."""
    digests = len(run.answered) + len(run.cancelled) + len(run.probes) + len(run.objects.digests)
    times = len(run.errors) + len(run.refusals)
    lists = digests * DIGEST + times * NUMBER + len(run.repeats) * _REPEAT + len(run.missing) * _RANGE
    return _RUN_NUMBERS + run.texts_weight + lists + run.weight


def weight_of_texts(run: RunState) -> int:
    """Of the names and versions of a run."""
    facts = run.facts
    texts = (run.server, facts.server_info_name, facts.server_info_version, facts.client_name, facts.client_version)
    return sum(map(of_text, (*texts, facts.protocol_version)))


def weight_of_tool(name: str, tool: Tool) -> int:
    """Of one tool with its name."""
    texts = (name, *tool.fields, *tool.parameters, *tool.parameters.values(), *tool.required)
    return _TOOL_NUMBERS + (len(tool.fields) + 1) * DIGEST + sum(map(of_text, texts))


def weight_of_server(server: ServerState) -> int:
    """Of one server with its tools."""
    tools = sum([tool.weight for tool in server.tools.values()])
    habits = sum(map(weight_of_habit, server.habits))
    texts = (server.version, server.protocol_version, *server.clients)
    return _SERVER_NUMBERS + tools + habits + sum(map(of_text, texts))


def weight_of_habit(name: str) -> int:
    """Of how a tool of this name has behaved."""
    return _HABIT_NUMBERS + of_text(name)


def of_text(text: str | None) -> int:
    """Of a string of at most 65,535 bytes."""
    if text is None:
        return 1
    size = len(text) if text.isascii() else len(text.encode())
    return size + (1 if size < 32 else 2 if size < 256 else 3)
