"""One scored event as the projector takes it in: read, checked, its times and payload made ready. Pure.

What passes here can be stored: no database error is left that a record's content could cause.
"""

import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from km_schemas.codecs import decode
from km_schemas.errors import UnknownVersionError, UnreadableHeadersError, UnreadableValueError
from km_schemas.headers import EventHeaders, decode_headers
from km_schemas.identity import is_canonical_uuid
from km_schemas.payload import bytes_of
from km_schemas.records import Event, Payload, ScoredEvent
from km_schemas.timestamps import datetime_of, rfc3339
from km_streams.engine.processor import SourceRecord, UnprocessableError

SEQ_LIMIT: Final = 2**62
"""Seqs are below it: a run's next seq and ranges stay within a bigint."""
_APPEND_TIME_STEP: Final = timedelta(milliseconds=1)
"""The broker's append time has no digits below; an event of the same millisecond is not skewed."""


@dataclass(frozen=True, slots=True)
class Projected:
    """A scored event, and what was derived from it once."""

    scored: ScoredEvent
    customer_id: UUID
    run_id: UUID
    occurred_at: datetime
    """Clamped to `received_at`."""
    received_at: datetime
    skewed: bool
    payload: bytes | None
    partition: int
    """Of the scored record, and so of the raw one."""

    @property
    def event(self) -> Event:
        """The event that was scored."""
        return self.scored.event

    @property
    def run(self) -> tuple[UUID, UUID]:
        """The key of its run."""
        return self.customer_id, self.run_id


def read(record: SourceRecord) -> Projected:
    """The scored event of a record of `mcp.scored`; UnprocessableError (`headers`, `version`, `value`)."""
    try:
        return projected(decode(record.value, ScoredEvent, _type(record)), record.partition)
    except UnknownVersionError:
        raise UnprocessableError("version") from None
    except (UnreadableValueError, ValueError, OverflowError, binascii.Error):
        raise UnprocessableError("value") from None


def projected(scored: ScoredEvent, partition: int) -> Projected:
    """The same of a decoded event; ValueError or OverflowError where an id, a seq, a time or a payload is none."""
    event = scored.event
    _check(event)
    for alert in scored.alerts:
        datetime_of(alert.occurred_at)
        for identifier in (alert.alert_id, alert.customer_id, alert.installation_id, alert.run_id):
            _uuid(identifier)
    for identifier in scored.grouped:
        _uuid(identifier)
    occurred_at, received_at = datetime_of(event.occurred_at), datetime_of(event.received_at)
    return Projected(
        scored=scored,
        customer_id=_uuid(event.customer_id),
        run_id=_uuid(event.run_id),
        occurred_at=min(occurred_at, received_at),
        received_at=received_at,
        skewed=occurred_at >= received_at + _APPEND_TIME_STEP,
        payload=bytes_of(event.payload),
        partition=partition,
    )


def placeholder(record: SourceRecord) -> Projected | None:
    """What stands at the seq of a record that could not be read, so that it is no gap; none where it names no seq."""
    try:
        headers = decode_headers(record.headers)
        return projected(_empty(headers, record), record.partition)
    except (UnreadableHeadersError, ValueError, OverflowError):
        return None


def _type(record: SourceRecord) -> str:
    """The record's `ce_type`: all that is needed of its headers, as the value says the rest."""
    for header, value in record.headers:
        if header == "ce_type":
            return value.decode()
    raise UnprocessableError("headers")


def _empty(headers: EventHeaders, record: SourceRecord) -> ScoredEvent:
    event = Event(
        customer_id=headers.customer_id,
        installation_id=headers.installation_id,
        run_id=headers.run_id,
        seq=headers.seq,
        type=headers.type,
        kind="placeholder",
        occurred_at=rfc3339(headers.occurred_at_us),
        received_at=rfc3339(record.received_at_us),
        raw_partition=record.partition,
        raw_offset=-1,
        size=0,
        payload=Payload(),
        direction=headers.direction,
    )
    return ScoredEvent(event=event, server="", score=0, level="none", cost_nanodollars=0)


def _check(event: Event) -> None:
    _uuid(event.installation_id)
    if not 1 <= event.seq < SEQ_LIMIT:
        raise ValueError("seq")


@lru_cache(maxsize=4096)  # a batch names a few runs and installations over and over
def _uuid(text: str) -> UUID:
    if not is_canonical_uuid(text):
        raise ValueError("UUID")
    return UUID(text)
