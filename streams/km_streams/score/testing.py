"""For tests and examples: events as `sanitize` makes them from frames, and a scorer of the shipped rules."""

import uuid
from collections.abc import Sequence
from typing import Final

import msgspec

from km_schemas.codecs import decode, encode
from km_schemas.headers import FRAME, RUN_ENDED, RUN_STARTED
from km_schemas.records import Event, RunEnded, RunStarted, ScoredEvent
from km_schemas.timestamps import rfc3339
from km_schemas.words import Direction
from km_streams.engine.processor import OutputRecord, SourceRecord
from km_streams.sanitize.testing import EPOCH_US, RUN_ID, known_processor, raw_headers, raw_record
from km_streams.score.cost import DEFAULT_NANODOLLARS_PER_KIB, PerKib
from km_streams.score.fold import Scorer, scorer_of
from km_streams.score.frame_view import FrameView
from km_streams.score.ruleset import load_rules
from km_streams.score.state import InstallationState, RunState

_SANITIZE = known_processor()
_RUNS: Final = uuid.UUID("6b6d616c-6572-5473-8000-000000000003")


def known_scorer() -> Scorer:
    """A scorer by the shipped rules and the default price."""
    return scorer_of(load_rules(), PerKib(DEFAULT_NANODOLLARS_PER_KIB))


def event_record(
    seq: int, direction: Direction | None, value: bytes, type_: str = FRAME, run_id: str = RUN_ID
) -> SourceRecord:
    """The record in `mcp.events` that `sanitize` makes of a raw one."""
    raw = raw_record(raw_headers(seq, direction, type_, run_id), value)
    (output,) = _SANITIZE.process(raw, None)
    return as_source(output, raw)


def as_source(output: OutputRecord, raw: SourceRecord) -> SourceRecord:
    """An output of one stage as the next one reads it."""
    return SourceRecord(
        output.topic, output.partition, raw.offset, raw.received_at_us, output.key, output.value, output.headers
    )


def event(seq: int, direction: Direction | None, frame: object, **changes: object) -> Event:
    """The event of a frame (a JSON value); `changes` are to its fields."""
    record = event_record(seq, direction, msgspec.json.encode(frame))
    return msgspec.structs.replace(decode(record.value, Event), **changes)


def request(seq: int, rpc_id: object, method: str = "tools/call", **params: object) -> Event:
    """A client's request."""
    frame = {"jsonrpc": "2.0", "id": rpc_id, "method": method, "params": params}
    return event(seq, "client_to_server", frame)


def result(seq: int, rpc_id: object, **members: object) -> Event:
    """A server's result."""
    return event(seq, "server_to_client", {"jsonrpc": "2.0", "id": rpc_id, "result": members})


def run_started(seq: int = 1, argv: Sequence[str] = ("uvx", "mcp-server-git"), server: str = "mcp-server-git") -> Event:
    """The beginning of a run."""
    record = RunStarted(argv=list(argv), cwd="/", server=server, km_version="0.1.0", os="linux", host="h", user="u")
    return decode(event_record(seq, None, encode(record), RUN_STARTED).value, Event)


def run_ended(seq: int) -> Event:
    """The end of a run."""
    return decode(event_record(seq, None, encode(RunEnded(reason="exited", exit_code=0)), RUN_ENDED).value, Event)


class Talk:
    """What one installation does with its servers, frame by frame; each server has one run, seen from its start."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.state = InstallationState()
        self._scorer = known_scorer()
        self._now_us = EPOCH_US
        self._seqs: dict[str, int] = {}
        self._ids: dict[str, int] = {}
        self._restarts: dict[str, int] = {}

    def wait(self, seconds: float) -> None:
        """Let event time pass; each frame takes 10 ms more."""
        self._now_us += int(seconds * 1_000_000)

    def frame(self, server: str, direction: Direction, frame: object) -> ScoredEvent:
        """Any frame (a JSON value)."""
        self._now_us += 10_000
        seq = self._seqs[server] = self._seqs.get(server, 0) + 1
        run_id = self.run_id(server)
        if seq == 1:
            self.state.runs[run_id] = RunState(server=server, whole=True)
        at = rfc3339(self._now_us)
        made = event(seq, direction, frame, run_id=run_id, occurred_at=at, received_at=at)
        scored = self._scorer.score(made, self.state)
        assert scored is not None  # noqa: S101 - every seq comes once
        return scored

    def ask(self, server: str, method: str, /, **params: object) -> ScoredEvent:
        """A request of the client, under the server's next id."""
        rpc_id = self._ids[server] = self._ids.get(server, 0) + 1
        return self.frame(
            server, "client_to_server", {"jsonrpc": "2.0", "id": rpc_id, "method": method, "params": params}
        )

    def answer(self, server: str, /, **result: object) -> ScoredEvent:
        """A result for the last request."""
        return self.frame(server, "server_to_client", {"jsonrpc": "2.0", "id": self._ids[server], "result": result})

    def fail(self, server: str, code: int, message: str = "no") -> ScoredEvent:
        """An error for the last request."""
        error = {"code": code, "message": message}
        return self.frame(server, "server_to_client", {"jsonrpc": "2.0", "id": self._ids[server], "error": error})

    def call(self, server: str, tool: str, /, **arguments: object) -> ScoredEvent:
        """The request of a tool."""
        return self.ask(server, "tools/call", name=tool, arguments=arguments)

    def say(self, server: str, text: str) -> ScoredEvent:
        """A text as result for the last request."""
        return self.answer(server, content=[{"type": "text", "text": text}])

    def list_tools(self, server: str, *definitions: object, **members: object) -> ScoredEvent:
        """Request and result of `tools/list`; the result."""
        self.ask(server, "tools/list")
        return self.answer(server, tools=list(definitions), **members)

    def restart(self, server: str) -> None:
        """A new run of a server."""
        self._restarts[server] = self._restarts.get(server, 0) + 1
        self._seqs.pop(server, None)
        self._ids.pop(server, None)

    def run_id(self, server: str) -> str:
        """The run of a server."""
        return str(uuid.uuid5(_RUNS, f"{server}/{self._restarts.get(server, 0)}"))


def definition(name: str, description: str = "", /, **parameters: object) -> dict[str, object]:
    """A tool's definition; `parameters` are schemas by name, all of them required."""
    schema = {"type": "object", "properties": parameters, "required": sorted(parameters)}
    return {"name": name, "description": description, "inputSchema": schema}


def ids_of(scored: ScoredEvent) -> dict[str, float]:
    """The signals of a scored event: the greatest weight by id."""
    weights: dict[str, float] = {}
    for signal in scored.signals:
        weights[signal.id] = max(signal.weight, weights.get(signal.id, 0.0))
    return weights


def frame_of(one: Event) -> FrameView:
    """What the families see of an event whose run is not known."""
    return known_scorer().frame(one, RunState())
