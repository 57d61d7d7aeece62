"""Attack stories and their benign twins: YAML of steps → lines as `km-streams score` reads them, and what must fire.

A step is one exchange with a server: `tools`, `prompts`, `call`, `read`, `prompt`, `method`, `asks`, `notify`,
`connect` or a `raw` frame. A server that is named first is connected to, in the era of its story. `asked` names
signals of the step's first frame, `fires` of its last one (of steps with `repeat` or `connect`: of any frame); `level`
is the least level that a frame of the step must reach.
"""

import json
import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml
from tests.stories.placeholders import Placeholders
from tests.traffic.recording import Line

from km_schemas.timestamps import rfc3339
from km_schemas.words import RiskLevel

_FOLDER: Final = Path(__file__).parent
_START_US: Final = 1_795_600_800_000_000
_STEP_SECONDS: Final = 3.0
_ANSWER_US: Final = 120_000
_META: Final = "io.modelcontextprotocol/"
_VERSIONS: Final = {"legacy": "2025-11-25", "modern": "2026-07-28"}
_CLIENT: Final = {"name": "workbench", "version": "4.2.0"}

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """A signal, or a least level, that one of some lines must have."""

    at: range
    signal: str | None
    level: RiskLevel | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, by whose account, and what must be found."""

    name: str
    source: str
    lines: tuple[Line, ...]
    expected: tuple[Expected, ...]


def attacks() -> list[Story]:
    """All attack stories, by name."""
    return _stories("attacks")


def benign() -> list[Story]:
    """All benign twins, by name."""
    return _stories("benign")


def _stories(folder: str) -> list[Story]:
    told = [story for path in sorted((_FOLDER / folder).glob("*.yaml")) for story in yaml.safe_load(path.read_text())]
    return sorted((_Telling(story).told() for story in told), key=lambda story: story.name)


@dataclass(slots=True)
class _Run:
    id: str
    era: str
    version: str
    next_id: int = 1
    listed: list[JsonObject] = field(default_factory=list)


class _Telling:
    """One story being told: the clock, the runs, the lines so far."""

    def __init__(self, story: JsonObject) -> None:
        self._story = story
        self._era = story.get("era", "legacy")
        self._chance = random.Random(story["name"])
        self._places = Placeholders(self._chance)
        self._now_us = _START_US
        self._runs: dict[str, _Run] = {}
        self._lines: list[Line] = []
        self._expected: list[Expected] = []

    def told(self) -> Story:
        for step in self._story["steps"]:
            self._step(step)
        return Story(self._story["name"], self._story["source"], tuple(self._lines), tuple(self._expected))

    def _step(self, step: JsonObject) -> None:
        server = step["server"]
        if server not in self._runs and "connect" not in step:
            self._connect(server, {})
        begin = len(self._lines)
        for turn in range(1, step.get("repeat", 1) + 1):
            self._now_us += int(step.get("after", _STEP_SECONDS) * 1_000_000)
            self._tell(server, self._places.filled(step, turn))
        self._expect(step, range(begin, len(self._lines)))

    def _expect(self, step: JsonObject, lines: range) -> None:
        places = {"asked": lines[:1], "fires": lines[-1:]}
        for member, at in places.items():
            for signal in _as_list(step.get(member)):
                self._expected.append(Expected(lines if {"repeat", "connect"} & step.keys() else at, signal))
        if "level" in step:
            self._expected.append(Expected(lines, None, step["level"]))

    def _tell(self, server: str, step: JsonObject) -> None:
        if "connect" in step:
            self._connect(server, step["connect"])
        elif "tools" in step:
            self._exchange(server, "tools/list", {}, {"tools": [_tool(tool) for tool in step["tools"]]})
        elif "prompts" in step:
            self._exchange(server, "prompts/list", {}, {"prompts": step["prompts"]})
        elif "call" in step:
            params = {"name": step["call"], "arguments": step.get("with", {})}
            self._exchange(server, "tools/call", params, _call_result(step))
        elif "read" in step:
            contents = [{"uri": step["read"], "mimeType": "text/plain", "text": step["answer"]}]
            self._exchange(server, "resources/read", {"uri": step["read"]}, {"contents": contents})
        elif "prompt" in step:
            message = {"role": "user", "content": {"type": "text", "text": step["answer"]}}
            self._exchange(server, "prompts/get", {"name": step["prompt"]}, {"messages": [message]})
        elif "method" in step:
            self._exchange(server, step["method"], {}, {"error": step["error"]})
        else:
            self._server_speaks(server, step)

    def _server_speaks(self, server: str, step: JsonObject) -> None:
        if "asks" in step:
            frame = {"jsonrpc": "2.0", "id": self._id(server), "method": step["asks"], "params": step["with"]}
            self._say(server, "server_to_client", frame)
            if "answer" in step:
                self._say(server, "client_to_server", {"jsonrpc": "2.0", "id": frame["id"], "result": step["answer"]})
        elif "notify" in step:
            frame = {"jsonrpc": "2.0", "method": step["notify"], "params": step.get("with", {})}
            self._say(server, "server_to_client", frame)
        else:
            direction = "client_to_server" if step["from"] == "client" else "server_to_client"
            self._write(server, direction, step["raw"])

    def _connect(self, server: str, how: JsonObject) -> None:
        version = how.get("version", _VERSIONS[self._era])
        self._runs[server] = _Run(str(uuid.UUID(int=self._chance.getrandbits(128), version=4)), self._era, version)
        says = {"instructions": how["instructions"]} if "instructions" in how else {}
        capabilities = {"tools": {"listChanged": True}}
        if self._era == "modern":
            result = {"supportedVersions": [version], "capabilities": capabilities, **says}
            self._exchange(server, "server/discover", {}, result)
            return
        who = {"protocolVersion": version, "capabilities": {}, "clientInfo": how.get("client", _CLIENT)}
        result = {"protocolVersion": version, "capabilities": capabilities, "serverInfo": _info(server), **says}
        rpc_id = self._id(server)
        self._say(server, "client_to_server", _request(rpc_id, "initialize", who))
        self._say(server, "server_to_client", {"jsonrpc": "2.0", "id": rpc_id, "result": result})
        if "instructions" not in how:
            self._say(server, "client_to_server", {"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _exchange(self, server: str, method: str, params: JsonObject, result: JsonObject) -> None:
        run = self._runs[server]
        rpc_id = self._id(server)
        if run.era == "modern":
            meta = {
                f"{_META}protocolVersion": run.version,
                f"{_META}clientInfo": _CLIENT,
                f"{_META}clientCapabilities": {},
            }
            params = {**params, "_meta": meta}
            if "error" not in result:
                result = {"resultType": "complete", "_meta": {f"{_META}serverInfo": _info(server)}, **result}
        self._say(server, "client_to_server", _request(rpc_id, method, params))
        self._now_us += _ANSWER_US
        answer = result if "error" in result else {"result": result}
        self._say(server, "server_to_client", {"jsonrpc": "2.0", "id": rpc_id, **answer})

    def _id(self, server: str) -> int:
        run = self._runs[server]
        run.next_id += 1
        return run.next_id - 1

    def _say(self, server: str, direction: str, frame: Mapping[str, Any]) -> None:
        self._write(server, direction, json.dumps(frame, ensure_ascii=False))

    def _write(self, server: str, direction: str, frame: str) -> None:
        self._now_us += 1_000
        run, at = self._runs[server].id, rfc3339(self._now_us)
        self._lines.append(Line(run=run, server=server, direction=direction, at=at, frame=frame))


def _request(rpc_id: int, method: str, params: JsonObject) -> JsonObject:
    return {"jsonrpc": "2.0", "id": rpc_id, "method": method, "params": params}


def _info(server: str) -> JsonObject:
    return {"name": f"{server}-server", "version": "1.4.0"}


def _tool(tool: JsonObject) -> JsonObject:
    """A tool with its schema; `properties` may give a type alone."""
    given = tool.get("properties", {})
    properties = {name: {"type": kind} if isinstance(kind, str) else kind for name, kind in given.items()}
    schema = tool.get("schema", {"type": "object", "properties": properties, "required": tool.get("required", [])})
    kept: JsonObject = {name: tool[name] for name in ("name", "title", "description", "annotations") if name in tool}
    return {**kept, "inputSchema": schema}


def _call_result(step: JsonObject) -> JsonObject:
    if "error" in step:
        return {"error": step["error"]}
    if "result" in step:
        given: JsonObject = step["result"]
        return given
    text = step["failed"] if "failed" in step else step["answer"]
    return {"content": [{"type": "text", "text": text}], "isError": "failed" in step}


def _as_list(value: object) -> list[str]:
    return [] if value is None else [str(item) for item in value] if isinstance(value, list) else [str(value)]


def lines_of(stories: list[Story]) -> Iterator[Line]:
    """The lines of several stories, one after the other."""
    for story in stories:
        yield from story.lines
