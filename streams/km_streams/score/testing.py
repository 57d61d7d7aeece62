"""For tests and examples: events as `sanitize` makes them from frames, and a scorer of the shipped rules."""

from collections.abc import Sequence

import msgspec

from km_schemas.codecs import decode, encode
from km_schemas.headers import FRAME, RUN_ENDED, RUN_STARTED
from km_schemas.records import Event, RunEnded, RunStarted
from km_schemas.words import Direction
from km_streams.engine.processor import OutputRecord, SourceRecord
from km_streams.sanitize.testing import RUN_ID, known_processor, raw_headers, raw_record
from km_streams.score.cost import DEFAULT_NANODOLLARS_PER_KIB
from km_streams.score.fold import Scorer
from km_streams.score.ruleset import load_rules

_SANITIZE = known_processor()


def known_scorer() -> Scorer:
    """A scorer by the shipped rules and the default price."""
    return Scorer(load_rules(), DEFAULT_NANODOLLARS_PER_KIB)


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
