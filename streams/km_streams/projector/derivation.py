"""What a batch of the projector's records stands for. Pure; a generator that pauses between slices, like `handle`."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field

from km_schemas.topics import DEAD_LETTERS
from km_streams.engine.dead_letters import INTERNAL, DeadLetterOffice
from km_streams.engine.errors import describe
from km_streams.engine.failure_limit import FailureLimit
from km_streams.engine.handle import SLICE_BYTES, SLICE_RECORDS, Failure
from km_streams.engine.processor import OutputRecord, SourceRecord, UnprocessableError
from km_streams.projector.derive.alerts import AlertEventRow, AlertRow, alert_event_rows, alert_rows
from km_streams.projector.derive.calls import CallRow, OpenCallRow, closed_rows, opened_rows
from km_streams.projector.derive.dead_letters import DeadLetterRow, dead_letter_row
from km_streams.projector.derive.hourly import Delta, deltas
from km_streams.projector.scored_event import Projected, placeholder, read


@dataclass(frozen=True, slots=True)
class Derivation:
    """One scored event with the rows it stands for, should it be accepted."""

    projected: Projected
    opened: list[OpenCallRow]
    closed: list[CallRow]
    alerts: list[AlertRow]
    alert_events: list[AlertEventRow]
    deltas: list[Delta]


@dataclass(slots=True)
class Derived:
    """What a batch stands for."""

    events: list[Derivation] = field(default_factory=list)
    dead_letters: list[DeadLetterRow] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    letters: list[OutputRecord] = field(default_factory=list)
    """Dead letters of this batch's own failures, to be written."""


def derivation(projected: Projected) -> Derivation:
    """The rows of an event; ValueError or OverflowError where one of its times is none."""
    return Derivation(
        projected,
        opened_rows(projected),
        closed_rows(projected),
        alert_rows(projected),
        alert_event_rows(projected),
        deltas(projected),
    )


def derive(
    records: Iterable[SourceRecord], office: DeadLetterOffice, limit: FailureLimit
) -> Generator[None, None, Derived]:
    """What records stand for, in order. One that cannot be read becomes a dead letter, and a placeholder event."""
    derived = Derived()
    count = size = 0
    for record in records:
        failure = _failure(record, derived)
        if failure is None:
            limit.passed()
        else:
            _fail(failure, derived, office)
            limit.failed()
        count, size = count + 1, size + len(record.value)
        if count >= SLICE_RECORDS or size >= SLICE_BYTES:
            count = size = 0
            yield
    return derived


def _failure(record: SourceRecord, derived: Derived) -> Failure | None:
    try:
        if record.topic == DEAD_LETTERS:
            derived.dead_letters.append(dead_letter_row(record))
        else:
            derived.events.append(_read(record))
    except UnprocessableError as error:
        return Failure(record, error.error)
    except Exception as error:  # noqa: BLE001 - a fault of ours costs one record, told without its content
        return Failure(record, INTERNAL, describe(error))
    return None


def _read(record: SourceRecord) -> Derivation:
    try:
        return derivation(read(record))
    except (ValueError, OverflowError):
        raise UnprocessableError("value") from None


def _fail(failure: Failure, derived: Derived, office: DeadLetterOffice) -> None:
    derived.failures.append(failure)
    derived.letters.append(office.letter(failure.record, failure.error))
    if failure.record.topic != DEAD_LETTERS and (stand_in := placeholder(failure.record)) is not None:
        derived.events.append(derivation(stand_in))
