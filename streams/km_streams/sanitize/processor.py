"""The stage `sanitize`: `mcp.frames` → `mcp.events`. Keeps no state: an event is a function of its record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from km_schemas import topics
from km_schemas.codecs import decode, encode
from km_schemas.errors import UnknownVersionError, UnreadableHeadersError, UnreadableValueError
from km_schemas.headers import (
    CAPTURE_LOST,
    EVENT,
    FRAME,
    RUN_ENDED,
    RUN_STARTED,
    STDERR,
    EventHeaders,
    decode_headers,
    derived,
    encode_headers,
)
from km_schemas.payload import omitted_payload, payload_of
from km_schemas.records import CaptureLost, Event, Payload, RunEnded, RunStarted
from km_schemas.timestamps import rfc3339
from km_schemas.upcasters import CURRENT_VERSIONS, split_version
from km_schemas.words import Stage
from km_streams.engine.processor import OutputRecord, SourceRecord, StateKey, UnprocessableError
from km_streams.jsonrpc import NOISE, Classified, classify
from km_streams.sanitize.assembly import sanitizer_from
from km_streams.sanitize.keyring import open_key_ring
from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.settings import from_environment
from km_streams.sanitize.splice import FLOOD, Sanitized, TooManyFindingsError

_LIFECYCLE: Final[Mapping[str, type[msgspec.Struct]]] = {
    RUN_STARTED: RunStarted,
    RUN_ENDED: RunEnded,
    CAPTURE_LOST: CaptureLost,
}
_ENCODED_LIMIT: Final = 19 * 1024 * 1024
"""Bytes of an encoded event; the topics take 20 MiB, and `score` adds to it."""


@dataclass(frozen=True, slots=True)
class SanitizeProcessor:
    """Sanitizes one customer's records."""

    customer_id: str
    sanitizer: Sanitizer

    @property
    def stage(self) -> Stage:
        """Its name."""
        return "sanitize"

    @property
    def source(self) -> str:
        """The topic it reads."""
        return topics.FRAMES

    def state_key(self, _record: SourceRecord) -> StateKey | None:
        """None: it keeps no state."""
        return None

    def decode_state(self, _key: StateKey, _data: bytes | None) -> None:
        """No state."""

    def encode_state(self, _state: None) -> bytes:
        """No state."""
        return b""

    def process(self, record: SourceRecord, _state: None) -> Sequence[OutputRecord]:
        """The event of one raw record; UnprocessableError where headers or a lifecycle record cannot be read."""
        try:
            headers = decode_headers(record.headers)
        except UnreadableHeadersError:
            raise UnprocessableError("headers") from None
        return (self._output(record, headers, self._event(record, headers)),)

    def placeholder(self, record: SourceRecord, _state: None) -> Sequence[OutputRecord]:
        """An event without content at the record's seq."""
        try:
            headers = decode_headers(record.headers)
        except UnreadableHeadersError:
            return ()
        event = self._built(record, headers, Classified("placeholder"), omitted_payload(record.value), Sanitized(b""))
        return (self._output(record, headers, event),)

    def _event(self, record: SourceRecord, headers: EventHeaders) -> Event:
        if headers.filtered is not None:  # a capture rule left the frame's bytes on its machine
            stub = self._built(record, headers, Classified("placeholder"), payload_of(b""), Sanitized(b""))
            return msgspec.structs.replace(stub, size=headers.size or 0)
        _refuse_unreadable(record.value, headers.type)
        try:
            sanitized = self._sanitized(record, headers)
        except TooManyFindingsError:
            return self._built(record, headers, NOISE, omitted_payload(record.value), Sanitized(b"", (FLOOD,)))
        classified = _classified(headers, sanitized)
        return self._built(record, headers, classified, payload_of(sanitized.data), sanitized)

    def _sanitized(self, record: SourceRecord, headers: EventHeaders) -> Sanitized:
        cut_before = headers.part is not None and headers.part > 1
        if cut_before or headers.partial:
            return self.sanitizer.sanitize_part(
                record.value, record.received_at_us, cut_before=cut_before, cut_behind=headers.partial
            )
        is_ours = headers.type in _LIFECYCLE
        return self.sanitizer.sanitize(record.value, record.received_at_us, numbers=not is_ours)

    def _built(
        self,
        record: SourceRecord,
        headers: EventHeaders,
        classified: Classified,
        payload: Payload,
        found: Sanitized,
    ) -> Event:
        return Event(
            customer_id=self.customer_id,
            installation_id=headers.installation_id,
            run_id=headers.run_id,
            seq=headers.seq,
            type=headers.type,
            kind=classified.kind,
            occurred_at=rfc3339(headers.occurred_at_us),
            received_at=rfc3339(record.received_at_us),
            raw_partition=record.partition,
            raw_offset=record.offset,
            size=len(record.value),
            payload=payload,
            direction=headers.direction,
            part=headers.part,
            partial=headers.partial,
            method=classified.method,
            rpc_id=classified.rpc_id,
            target=classified.target,
            findings=list(found.findings),
            finding_counts=dict(found.counts),
            rules_version=self.sanitizer.detector.rules.version,
        )

    def _output(self, record: SourceRecord, headers: EventHeaders, event: Event) -> OutputRecord:
        value = encode(event)
        if len(value) > _ENCODED_LIMIT:
            value = encode(msgspec.structs.replace(event, payload=omitted_payload(record.value)))
        ours = msgspec.structs.replace(derived(headers, EVENT, self.stage), customer_id=self.customer_id)
        return OutputRecord(topics.EVENTS, record.partition, record.key, value, encode_headers(ours))


def _refuse_unreadable(value: bytes, ce_type: str) -> None:
    if ce_type in {FRAME, STDERR}:
        return
    record_type = _LIFECYCLE.get(ce_type)
    if record_type is None:
        raise UnprocessableError("version" if _is_newer(ce_type) else "type")
    try:
        decode(value, record_type)
    except UnreadableValueError:
        raise UnprocessableError("value") from None


def _is_newer(ce_type: str) -> bool:
    try:
        return split_version(ce_type)[0] in CURRENT_VERSIONS
    except UnknownVersionError:
        return False


def _classified(headers: EventHeaders, sanitized: Sanitized) -> Classified:
    if headers.type in _LIFECYCLE:
        return Classified("lifecycle")
    if headers.type == STDERR:
        return Classified("stderr")
    is_part = headers.partial or headers.part is not None
    return NOISE if is_part else classify(sanitized.data)


def create(environment: Mapping[str, str]) -> SanitizeProcessor:
    """The processor that the environment describes; SettingsError or KeyRingError where it cannot be."""
    settings = from_environment(environment)
    ring = open_key_ring(settings.keyring, settings.customer_id)
    return SanitizeProcessor(settings.customer_id, sanitizer_from(environment, ring))
