"""The rows of dead letters, from their topic."""

from datetime import datetime
from typing import NamedTuple

from km_schemas.codecs import decode
from km_schemas.errors import UnreadableValueError
from km_schemas.identity import is_canonical_uuid
from km_schemas.records import DeadLetter
from km_schemas.timestamps import datetime_of
from km_streams.engine.processor import SourceRecord, UnprocessableError
from km_streams.projector.postgres_values import int4, int8, name
from km_streams.projector.scored_event import SEQ_LIMIT


class DeadLetterRow(NamedTuple):
    """A row of `dead_letters`."""

    customer_id: str
    stage: str
    topic: str
    partition: int
    offset: int
    error: str
    size: int
    sha256: str
    received_at: datetime
    run_id: str | None
    seq: int | None


def dead_letter_row(record: SourceRecord) -> DeadLetterRow:
    """The row of a record of `mcp.dead-letters`; UnprocessableError (`value`)."""
    try:
        letter = decode(record.value, DeadLetter)
        return _row(letter)
    except (UnreadableValueError, ValueError, OverflowError):
        raise UnprocessableError("value") from None


def _row(letter: DeadLetter) -> DeadLetterRow:
    if not is_canonical_uuid(letter.customer_id) or not (letter.run_id is None or is_canonical_uuid(letter.run_id)):
        raise ValueError("UUID")
    if letter.seq is not None and not 1 <= letter.seq < SEQ_LIMIT:
        raise ValueError("seq")
    return DeadLetterRow(
        customer_id=letter.customer_id,
        stage=name(letter.stage),
        topic=name(letter.topic),
        partition=int4(letter.partition),
        offset=int8(letter.offset),
        error=name(letter.error),
        size=int4(letter.size),
        sha256=name(letter.sha256),
        received_at=datetime_of(letter.received_at),
        run_id=letter.run_id,
        seq=letter.seq,
    )
