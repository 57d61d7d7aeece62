"""The stage `tally`: counts and adds up numbers of each installation. Reads `mcp.events`, writes `mcp.alerts`."""

from collections.abc import Sequence
from typing import Final

import msgspec

from km_schemas.codecs import decode, encode
from km_schemas.errors import UnreadableHeadersError, UnreadableValueError
from km_schemas.headers import ALERT, EVENT, EventHeaders, decode_headers, derived, encode_headers
from km_schemas.topics import ALERTS, EVENTS
from km_streams.engine.processor import OutputRecord, SourceRecord, StateKey, UnprocessableError

STAGE: Final = "tally"
FAULT: Final = 666
"""A number that the processor stumbles over, after it has changed its state: a fault of ours."""


class Number(msgspec.Struct, frozen=True):
    """The value of an input record."""

    number: int


class Tally(msgspec.Struct):
    """The state of an installation."""

    count: int = 0
    total: int = 0


class Tallied(msgspec.Struct, frozen=True, kw_only=True):
    """The value of an output record; `placeholder` where the input could not be read."""

    run_id: str
    seq: int
    count: int
    total: int
    placeholder: bool = False


class TallyProcessor:
    """`km_streams.engine.processor.Processor[Tally]`."""

    stage = STAGE
    source = EVENTS

    def state_key(self, record: SourceRecord) -> StateKey | None:
        """The installation of the record's headers."""
        try:
            headers = decode_headers(record.headers)
        except UnreadableHeadersError:
            return None
        return StateKey(headers.customer_id, headers.installation_id)

    def decode_state(self, key: StateKey, data: bytes | None) -> Tally:  # noqa: ARG002 - every key begins alike
        """A tally; an empty one for none."""
        return Tally() if data is None else decode(data, Tally)

    def encode_state(self, state: Tally) -> bytes:
        """A tally as JSON."""
        return encode(state)

    def process(self, record: SourceRecord, state: Tally) -> Sequence[OutputRecord]:
        """Count one number."""
        headers = _headers(record)
        try:
            number = decode(record.value, Number).number
        except UnreadableValueError:
            raise UnprocessableError("value") from None
        state.count += 1
        if number == FAULT:
            raise ZeroDivisionError(record.value)
        state.total += number
        return [_output(record, headers, state, placeholder=False)]

    def placeholder(self, record: SourceRecord, state: Tally) -> Sequence[OutputRecord]:
        """The same seq, with the tally as it stands."""
        return [_output(record, _headers(record), state, placeholder=True)]


def _headers(record: SourceRecord) -> EventHeaders:
    try:
        return decode_headers(record.headers)
    except UnreadableHeadersError:
        raise UnprocessableError("headers") from None


def _output(record: SourceRecord, headers: EventHeaders, state: Tally, *, placeholder: bool) -> OutputRecord:
    tallied = Tallied(
        run_id=headers.run_id, seq=headers.seq, count=state.count, total=state.total, placeholder=placeholder
    )
    out = encode_headers(derived(headers, ALERT, STAGE))
    return OutputRecord(ALERTS, record.partition, record.key, encode(tallied), out)


def number_record(headers: EventHeaders, number: int) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Value and headers of an input record; `headers.type` becomes that of an event."""
    return encode(Number(number)), encode_headers(msgspec.structs.replace(headers, type=EVENT))
