"""Dead letters: where a record stands that could not be processed, and nothing of what is in it."""

import hashlib
from dataclasses import dataclass
from typing import Final

from km_schemas.codecs import JSON_CONTENT_TYPE, encode
from km_schemas.errors import UnreadableHeadersError
from km_schemas.headers import DEAD_LETTER, EventHeaders, KafkaHeaders, decode_headers
from km_schemas.records import DeadLetter
from km_schemas.timestamps import rfc3339
from km_schemas.topics import DEAD_LETTERS, MAX_RECORD_BYTES
from km_streams.engine.processor import OutputRecord, SourceRecord

INTERNAL: Final = "internal"
"""Error class of an exception that no processor should raise: a fault of ours."""
TOO_LARGE: Final = "too_large"
"""Error class of a record whose outputs no topic takes."""
KNOWN_ERRORS: Final = frozenset({"headers", "value", "version", "type", "customer", INTERNAL, TOO_LARGE})
"""Error classes told apart in metrics; any other counts as `other`."""

OUTPUT_LIMIT: Final = MAX_RECORD_BYTES - 256 * 1024
"""Bytes of an output's value: the topics' limit, less room for key, headers and batch."""


@dataclass(frozen=True, slots=True)
class DeadLetterOffice:
    """Makes the dead letters of one stage."""

    stage: str
    customer_id: str
    """Of records whose headers do not say."""
    generation: int

    def letter(self, record: SourceRecord, error: str) -> OutputRecord:
        """The dead letter of a record: deterministic, so that a repeat is the same letter."""
        headers = readable_headers(record)
        value = DeadLetter(
            stage=self.stage,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            error=error,
            size=len(record.value),
            sha256=hashlib.sha256(record.value).hexdigest(),
            received_at=rfc3339(record.received_at_us),
            customer_id=self.customer_id if headers is None else headers.customer_id,
            installation_id=None if headers is None else headers.installation_id,
            run_id=None if headers is None else headers.run_id,
            seq=None if headers is None else headers.seq,
            generation=self.generation,
        )
        return OutputRecord(DEAD_LETTERS, record.partition, record.key, encode(value), self._headers(value))

    def _headers(self, letter: DeadLetter) -> KafkaHeaders:
        where = f"{letter.topic}/{letter.partition}/{letter.offset}"
        return [
            ("ce_specversion", b"1.0"),
            ("ce_id", f"{self.stage}/{where}".encode()),
            ("ce_source", f"/stages/{self.stage}".encode()),
            ("ce_type", DEAD_LETTER.encode()),
            ("ce_time", letter.received_at.encode()),
            ("content-type", JSON_CONTENT_TYPE.encode()),
            ("ce_customerid", letter.customer_id.encode()),
        ]


def readable_headers(record: SourceRecord) -> EventHeaders | None:
    """The record's headers, where they can be read."""
    try:
        return decode_headers(record.headers)
    except UnreadableHeadersError:
        return None
