"""A transcript through sanitizer and fold without a broker: `km-streams score`.

One line a frame: `{"run", "server", "direction", "at", "frame"}`. All runs are of one installation, in the order of
the lines.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from km_schemas import topics
from km_schemas.codecs import decode
from km_schemas.headers import FRAME, EventHeaders, encode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.records import Event, ScoredEvent
from km_schemas.words import Direction
from km_streams.engine.processor import SourceRecord
from km_streams.sanitize.processor import SanitizeProcessor
from km_streams.score.fold import Scorer
from km_streams.score.state import InstallationState, RunState

_INSTALLATION_ID: Final = "00000000-0000-4000-8000-000000000001"
_RUNS: Final = uuid.UUID("6b6d616c-6572-5473-8000-000000000002")
"""Ours, for the ids of runs that have other names in a transcript (RFC 9562 §5.5)."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class TranscriptError(Exception):
    """A line is not of its form; the message names its number and quotes nothing of it."""


class Line(msgspec.Struct, frozen=True):
    """One frame of a transcript."""

    run: str
    server: str
    direction: Direction
    at: datetime
    """RFC 3339; UTC where it names no offset."""
    frame: str


@dataclass(slots=True)
class Reader:
    """Raw records of one installation, from the lines of a transcript."""

    seqs: dict[str, int] = field(default_factory=dict)
    """The last seq of each run, by its id."""

    def record(self, line: Line) -> SourceRecord:
        """The next record of a line's run, received when it occurred."""
        run_id = str(uuid.uuid5(_RUNS, line.run))
        seq = self.seqs[run_id] = self.seqs.get(run_id, 0) + 1
        at = line.at if line.at.tzinfo else line.at.replace(tzinfo=UTC)
        headers = EventHeaders(
            type=FRAME,
            customer_id=DEFAULT_CUSTOMER_ID,
            installation_id=_INSTALLATION_ID,
            run_id=run_id,
            seq=seq,
            occurred_at_us=(at - _EPOCH) // timedelta(microseconds=1),
            direction=line.direction,
        )
        value = line.frame.encode("utf-8", "surrogatepass")
        key = _INSTALLATION_ID.encode()
        return SourceRecord(topics.FRAMES, 0, seq, headers.occurred_at_us, key, value, encode_headers(headers))


@dataclass(slots=True)
class Transcript:
    """What was read of a transcript so far."""

    sanitizer: SanitizeProcessor
    scorer: Scorer
    state: InstallationState = field(default_factory=InstallationState)
    reader: Reader = field(default_factory=Reader)

    def scored(self, lines: Iterable[bytes]) -> Iterator[tuple[str, ScoredEvent]]:
        """The run of each line, as it is called there, and its scored event; empty lines are skipped."""
        for number, text in enumerate(lines, start=1):
            if text.strip():
                line = read_line(number, text)
                yield line.run, self._scored(line)

    def _scored(self, line: Line) -> ScoredEvent:
        (output,) = self.sanitizer.process(self.reader.record(line), None)
        event = decode(output.value, Event)
        if event.seq == 1:
            self.state.runs[event.run_id] = RunState(server=line.server, whole=True)
        scored = self.scorer.score(event, self.state)
        assert scored is not None  # noqa: S101 - every seq comes once
        return scored


def read_line(number: int, text: bytes) -> Line:
    """A line of a transcript; TranscriptError where it is none."""
    try:
        return msgspec.json.decode(text, type=Line)
    except msgspec.DecodeError:
        raise TranscriptError(
            f"line {number} is not of the form {{run, server, direction, at, frame}} that km-streams score reads"
        ) from None


def json_line(run: str, scored: ScoredEvent) -> bytes:
    """The scored frame as one JSON object; `calls` are those that ended with it, `cost` is in nano-dollars."""
    return msgspec.json.encode({
        "run": run,
        "seq": scored.event.seq,
        "score": scored.score,
        "level": scored.level,
        "signals": [{"id": one.id, "weight": one.weight, "path": one.path} for one in scored.signals],
        "calls": scored.closed,
        "cost": scored.cost_nanodollars,
    })  # fmt: skip


def table_lines(run: str, scored: ScoredEvent) -> Iterator[str]:
    """One line for a frame, and one for each reason and each ended call."""
    event = scored.event
    what = " ".join(word for word in (event.method, event.target) if word) or event.kind
    yield f"{_shown(run):<12} {event.seq:>5} {scored.score:>4}  {scored.level:<7} {_shown(what)}"
    for signal in scored.signals:
        yield _shown(f"{'':>26}{signal.weight:<5.2f} {signal.id:<24} {signal.path}  {signal.evidence}")
    for call in scored.closed:
        took = "" if call.duration_us is None else f" in {call.duration_us / 1000:.1f} ms"
        name = call.target or call.method
        yield _shown(f"{'':>26}call {call.rpc_id} {name}: {call.outcome}{took}, {call.cost_nanodollars} nano-dollars")


def _shown(text: str) -> str:
    """Without characters that a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text)
