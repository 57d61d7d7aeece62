"""The stage `score`: `mcp.events` → `mcp.scored` and `mcp.alerts`. Its state is the installation's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from km_schemas import topics
from km_schemas.codecs import decode, encode
from km_schemas.errors import UnknownVersionError, UnreadableHeadersError, UnreadableValueError
from km_schemas.headers import ALERT, EVENT, SCORED_EVENT, EventHeaders, decode_headers, derived, encode_headers
from km_schemas.identity import is_canonical_uuid
from km_schemas.partitions import partition_of
from km_schemas.payload import omitted_payload
from km_schemas.records import Alert, Event
from km_schemas.timestamps import micros_of, rfc3339
from km_schemas.words import Stage
from km_streams.engine.processor import OutputRecord, SourceRecord, StateKey, UnprocessableError
from km_streams.score.fold import Scorer, scorer_of
from km_streams.score.ruleset import load_rules
from km_streams.score.settings import from_environment
from km_streams.score.state import InstallationState
from km_streams.score.state_codec import decode_state, encode_state

_SOURCE: Final = "/installations/"
_UUID_LENGTH: Final = 36


@dataclass(frozen=True, slots=True)
class ScoreProcessor:
    """Scores events, installation by installation."""

    scorer: Scorer
    alert_partitions: int

    @property
    def stage(self) -> Stage:
        """Its name."""
        return "score"

    @property
    def source(self) -> str:
        """The topic it reads."""
        return topics.EVENTS

    def state_key(self, record: SourceRecord) -> StateKey | None:
        """The installation of the record; none where its headers cannot be read."""
        values = dict(record.headers)
        customer_id = values.get("ce_customerid", b"").decode(errors="replace")
        installation_id = values.get("ce_source", b"").decode(errors="replace").removeprefix(_SOURCE)[:_UUID_LENGTH]
        if is_canonical_uuid(customer_id) and is_canonical_uuid(installation_id):
            return StateKey(customer_id, installation_id)
        return None

    def decode_state(self, _key: StateKey, data: bytes | None) -> InstallationState:
        """The state from its bytes; StateError where they are none of ours."""
        return decode_state(data)

    def encode_state(self, state: InstallationState) -> bytes:
        """The state as bytes; equal states give equal bytes."""
        return encode_state(state)

    def process(self, record: SourceRecord, state: InstallationState) -> Sequence[OutputRecord]:
        """The scored event and its alerts; nothing for a repeat. UnprocessableError where the record is no event."""
        headers, event = _read(record)
        return self._outputs(record, headers, event, state)

    def placeholder(self, record: SourceRecord, state: InstallationState) -> Sequence[OutputRecord]:
        """A scored event without content at the record's seq."""
        try:
            headers = decode_headers(record.headers)
        except UnreadableHeadersError:
            return ()
        return self._outputs(record, headers, _placeholder_event(record, headers), state)

    def _outputs(
        self, record: SourceRecord, headers: EventHeaders, event: Event, state: InstallationState
    ) -> list[OutputRecord]:
        scored = self.scorer.score(event, state)
        if scored is None:
            return []
        ours = encode_headers(derived(headers, SCORED_EVENT, self.stage))
        outputs = [OutputRecord(topics.SCORED, record.partition, record.key, encode(scored), ours)]
        return outputs + [self._alert_output(headers, alert) for alert in scored.alerts]

    def _alert_output(self, headers: EventHeaders, alert: Alert) -> OutputRecord:
        partition = partition_of(alert.customer_id, self.alert_partitions)
        ours = encode_headers(derived(headers, ALERT, self.stage))
        return OutputRecord(topics.ALERTS, partition, alert.customer_id.encode(), encode(alert), ours)


def create(environment: Mapping[str, str]) -> ScoreProcessor:
    """The processor that the environment describes; SettingsError where it cannot be."""
    settings = from_environment(environment)
    return ScoreProcessor(scorer_of(load_rules(), settings.price), topics.topic(topics.ALERTS).partitions)


def _read(record: SourceRecord) -> tuple[EventHeaders, Event]:
    try:
        headers = decode_headers(record.headers)
        if not headers.type.startswith(EVENT.rpartition(".v")[0]):
            raise UnprocessableError("type")
        event = decode(record.value, Event, headers.type)
        micros_of(event.occurred_at), micros_of(event.received_at)
    except UnreadableHeadersError:
        raise UnprocessableError("headers") from None
    except UnknownVersionError:
        raise UnprocessableError("version") from None
    except (UnreadableValueError, ValueError):
        raise UnprocessableError("value") from None
    if (event.run_id, event.seq) != (headers.run_id, headers.seq):
        raise UnprocessableError("value")
    return headers, event


def _placeholder_event(record: SourceRecord, headers: EventHeaders) -> Event:
    """Stands for an event that cannot be read; its place in mcp.events takes the place of the raw record's."""
    return Event(
        customer_id=headers.customer_id,
        installation_id=headers.installation_id,
        run_id=headers.run_id,
        seq=headers.seq,
        type=headers.type,
        kind="placeholder",
        occurred_at=rfc3339(headers.occurred_at_us),
        received_at=rfc3339(record.received_at_us),
        raw_partition=record.partition,
        raw_offset=record.offset,
        size=len(record.value),
        payload=omitted_payload(record.value),
        direction=headers.direction,
        part=headers.part,
        partial=headers.partial,
    )
