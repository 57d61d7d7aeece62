"""Record headers: CloudEvents 1.0 in Kafka's binary mode (`ce_` + attribute, values in UTF-8).

Kafka Protocol Binding for CloudEvents 1.0.2, §3.2. Extensions: `ce_customerid`, `ce_runid`, `ce_seq`,
`ce_direction`, `ce_part`, `ce_partial`; on the stub of a frame that a capture rule left out, whose value is empty,
`ce_filtered` (why) and `ce_size` (bytes of the frame).
"""

from collections.abc import Iterable, Sequence
from typing import Final, cast

from msgspec import Struct

from km_schemas.codecs import BYTES_CONTENT_TYPE, JSON_CONTENT_TYPE
from km_schemas.errors import UnreadableHeadersError
from km_schemas.identity import event_id, is_canonical_uuid
from km_schemas.timestamps import micros_of, rfc3339
from km_schemas.words import DIRECTIONS, FILTER_REASONS, Direction, FilterReason

KafkaHeaders = list[tuple[str, bytes]]

FRAME: Final = "ai.kilometers.frame.v1"
RUN_STARTED: Final = "ai.kilometers.run-started.v1"
RUN_ENDED: Final = "ai.kilometers.run-ended.v1"
STDERR: Final = "ai.kilometers.stderr.v1"
CAPTURE_LOST: Final = "ai.kilometers.capture-lost.v1"
EVENT: Final = "ai.kilometers.event.v1"
SCORED_EVENT: Final = "ai.kilometers.scored-event.v1"
ALERT: Final = "ai.kilometers.alert.v1"
DEAD_LETTER: Final = "ai.kilometers.dead-letter.v1"

LIFECYCLE_TYPES: Final = frozenset({RUN_STARTED, RUN_ENDED, CAPTURE_LOST})
RAW_TYPES: Final = LIFECYCLE_TYPES | {FRAME, STDERR}

_SPEC_VERSION: Final = ("ce_specversion", b"1.0")
_SEQ_MAX: Final = 2**63 - 1
_FLAGS: Final = {"true": True, "false": False}


class EventHeaders(Struct, frozen=True, kw_only=True):
    """What a record's headers say of it; the same shape on every topic."""

    type: str
    customer_id: str
    installation_id: str
    run_id: str
    seq: int
    occurred_at_us: int
    """Microseconds since the epoch."""
    stage: str | None = None
    """The stage that derived the record; none for a raw one."""
    direction: Direction | None = None
    content_type: str = BYTES_CONTENT_TYPE
    part: int | None = None
    partial: bool = False
    filtered: FilterReason | None = None
    """Set on a stub: the frame was there, and its bytes were not to be recorded."""
    size: int | None = None
    """Of a stub: how many bytes the frame had. Set where `filtered` is, and nowhere else."""


def encode_headers(headers: EventHeaders) -> KafkaHeaders:
    """The headers as Kafka carries them."""
    source = f"/installations/{headers.installation_id}"
    if headers.stage is not None:
        source += f"/{headers.stage}"
    pairs = [
        _SPEC_VERSION,
        ("ce_id", event_id(headers.run_id, headers.seq).encode()),
        ("ce_source", source.encode()),
        ("ce_type", headers.type.encode()),
        ("ce_time", rfc3339(headers.occurred_at_us).encode()),
        ("content-type", headers.content_type.encode()),
        ("ce_customerid", headers.customer_id.encode()),
        ("ce_runid", headers.run_id.encode()),
        ("ce_seq", b"%d" % headers.seq),
    ]
    if headers.direction is not None:
        pairs.append(("ce_direction", headers.direction.encode()))
    if headers.part is not None:
        pairs.append(("ce_part", b"%d" % headers.part))
    if headers.partial:
        pairs.append(("ce_partial", b"true"))
    if headers.filtered is not None and headers.size is not None:
        pairs += [("ce_filtered", headers.filtered.encode()), ("ce_size", b"%d" % headers.size)]
    return pairs


def derived(headers: EventHeaders, record_type: str, stage: str) -> EventHeaders:
    """The headers of the record that `stage` derives from one with `headers`."""
    return EventHeaders(
        type=record_type,
        customer_id=headers.customer_id,
        installation_id=headers.installation_id,
        run_id=headers.run_id,
        seq=headers.seq,
        occurred_at_us=headers.occurred_at_us,
        stage=stage,
        direction=headers.direction,
        content_type=JSON_CONTENT_TYPE,
        part=headers.part,
        partial=headers.partial,
        filtered=headers.filtered,
        size=headers.size,
    )


def decode_headers(pairs: Iterable[tuple[str, bytes]] | Sequence[tuple[str, bytes]]) -> EventHeaders:
    """What Kafka headers say; UnreadableHeadersError where an attribute is missing, doubled or malformed."""
    attributes = _attributes(pairs)
    try:
        return _event_headers(attributes)
    except KeyError as missing:
        raise UnreadableHeadersError(f"header {missing.args[0]} is missing") from None
    except (ValueError, OverflowError):
        raise UnreadableHeadersError("a header is not of its form") from None


def _attributes(pairs: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for name, value in pairs:
        if name in attributes:
            raise UnreadableHeadersError("a header stands twice")
        try:
            attributes[name] = value.decode()
        except (UnicodeDecodeError, AttributeError):
            raise UnreadableHeadersError("a header is no UTF-8 text") from None
    return attributes


def _event_headers(attributes: dict[str, str]) -> EventHeaders:
    if attributes["ce_specversion"] != "1.0":
        raise ValueError("CloudEvents version")
    run_id, seq = _uuid(attributes["ce_runid"]), _positive(attributes["ce_seq"])
    if attributes["ce_id"] != event_id(run_id, seq):
        raise ValueError("ce_id is not <run_id>/<seq>")
    installation_id, stage = _source(attributes["ce_source"])
    part = attributes.get("ce_part")
    filtered, size = _stub(attributes)
    return EventHeaders(
        type=attributes["ce_type"],
        customer_id=_uuid(attributes["ce_customerid"]),
        installation_id=installation_id,
        run_id=run_id,
        seq=seq,
        occurred_at_us=micros_of(attributes["ce_time"]),
        stage=stage,
        direction=_direction(attributes.get("ce_direction")),
        content_type=attributes["content-type"],
        part=None if part is None else _positive(part),
        partial=_flag(attributes.get("ce_partial", "false")),
        filtered=filtered,
        size=size,
    )


def _stub(attributes: dict[str, str]) -> tuple[FilterReason | None, int | None]:
    """A stub has both headers; a frame has at least one byte."""
    filtered, size = attributes.get("ce_filtered"), attributes.get("ce_size")
    if filtered is None and size is None:
        return None, None
    if filtered not in FILTER_REASONS or size is None:
        raise ValueError("ce_filtered and ce_size")
    return cast("FilterReason", filtered), _positive(size)


def _source(text: str) -> tuple[str, str | None]:
    empty, installations, installation_id, *stage = text.split("/")
    if empty or installations != "installations" or len(stage) > 1:
        raise ValueError("ce_source")
    return _uuid(installation_id), stage[0] if stage else None


def _uuid(text: str) -> str:
    if not is_canonical_uuid(text):
        raise ValueError("UUID")
    return text


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_SEQ_MAX))):
        raise ValueError("number")
    number = int(text)
    if not 1 <= number <= _SEQ_MAX:
        raise ValueError("number")
    return number


def _flag(text: str) -> bool:
    if text not in _FLAGS:
        raise ValueError("flag")
    return _FLAGS[text]


def _direction(text: str | None) -> Direction | None:
    if text is not None and text not in DIRECTIONS:
        raise ValueError("direction")
    return cast("Direction | None", text)
