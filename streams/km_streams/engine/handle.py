"""`handle`: what a batch becomes. Pure: records and states in; outputs, dead letters and changed states out.

It is a generator that pauses between slices, so that whoever drives it can return to the event loop; heartbeats of
the consumer group go on meanwhile.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast

from km_streams.engine.dead_letters import INTERNAL, OUTPUT_LIMIT, TOO_LARGE, DeadLetterOffice
from km_streams.engine.errors import describe
from km_streams.engine.failure_limit import FailureLimit
from km_streams.engine.processor import OutputRecord, Processor, SourceRecord, StateKey, UnprocessableError
from km_streams.engine.state_cache import StateSlot

S = TypeVar("S")

SLICE_RECORDS: Final = 64
SLICE_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Failure:
    """One record that became a dead letter; `fault` says where our code failed, nothing of the record."""

    record: SourceRecord
    error: str
    fault: str | None = None


@dataclass(slots=True)
class Handled:
    """What a batch became."""

    outputs: list[OutputRecord] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


class _TooLargeError(Exception):
    """An output that no topic takes."""


def handle(
    processor: Processor[S],
    keyed: Iterable[tuple[SourceRecord, StateKey | None]],
    states: Mapping[StateKey, StateSlot[S]],
    office: DeadLetterOffice,
    limit: FailureLimit,
) -> Generator[None, None, Handled]:
    """The outputs of records in order, with `states` (one slot for each key) brought forward.

    A record that fails becomes a dead letter and its placeholder, with the state as if only the placeholder had
    been. FailureLimitError where too many do.
    """
    handled = Handled()
    count = size = 0
    for record, key in keyed:
        slot = None if key is None else states[key]
        failure = _step(processor, record, slot, handled.outputs)
        if failure is None:
            limit.passed()
        else:
            handled.failures.append(failure)
            handled.outputs.append(office.letter(record, failure.error))
            limit.failed()
        count, size = count + 1, size + len(record.value)
        if count >= SLICE_RECORDS or size >= SLICE_BYTES:
            count = size = 0
            yield
    return handled


def state_key(processor: Processor[S], record: SourceRecord) -> StateKey | None:
    """Whose state a record needs; none also where finding out fails, which `process` will then say."""
    try:
        return processor.state_key(record)
    except Exception:  # noqa: BLE001 - whatever the record is: it becomes a dead letter, not the end of the worker
        return None


def _step(
    processor: Processor[S], record: SourceRecord, slot: StateSlot[S] | None, outputs: list[OutputRecord]
) -> Failure | None:
    try:
        made = _checked(processor.process(record, _value(slot)))
    except UnprocessableError as error:
        failure = Failure(record, error.error)
    except _TooLargeError:
        failure = Failure(record, TOO_LARGE)
        _restore(processor, slot)
    except Exception as error:  # noqa: BLE001 - a fault of ours costs one record, told without its content
        failure = Failure(record, INTERNAL, describe(error))
        _restore(processor, slot)
    else:
        outputs.extend(made)
        _remember(slot, record, processed=True)
        return None
    outputs.extend(_placeholder(processor, record, slot))
    return failure


def _placeholder(processor: Processor[S], record: SourceRecord, slot: StateSlot[S] | None) -> Sequence[OutputRecord]:
    try:
        made = _checked(processor.placeholder(record, _value(slot)))
    except Exception:  # noqa: BLE001 - the dead letter alone then; its seq will show as a gap
        _restore(processor, slot)
        return ()
    _remember(slot, record, processed=False)
    return made


def _remember(slot: StateSlot[S] | None, record: SourceRecord, *, processed: bool) -> None:
    if slot is not None:
        slot.history.append((record, processed))


def _checked(outputs: Sequence[OutputRecord]) -> Sequence[OutputRecord]:
    if any(len(output.value) > OUTPUT_LIMIT for output in outputs):
        raise _TooLargeError
    return outputs


def _value(slot: StateSlot[S] | None) -> S:
    return cast("S", None) if slot is None else slot.value


def _restore(processor: Processor[S], slot: StateSlot[S] | None) -> None:
    """The state as it was before a step that failed half-way: from the batch's beginning through its steps so far."""
    if slot is None:
        return
    slot.value = processor.decode_state(slot.key, slot.encoded)
    for record, processed in slot.history:
        (processor.process if processed else processor.placeholder)(record, slot.value)
