"""Values on the topics: JSON of our record types, decoded strictly and brought up to the present version first."""

from typing import Final, TypeVar

import msgspec

from km_schemas.errors import UnreadableValueError
from km_schemas.upcasters import upcast

T = TypeVar("T", bound=msgspec.Struct)

JSON_CONTENT_TYPE: Final = "application/json"
BYTES_CONTENT_TYPE: Final = "application/octet-stream"

_encoder: Final = msgspec.json.Encoder()
_decoders: Final[dict[type[msgspec.Struct], msgspec.json.Decoder[msgspec.Struct]]] = {}


def encode(record: msgspec.Struct) -> bytes:
    """The value of a record, as compact JSON."""
    return _encoder.encode(record)


def decode(value: bytes, record_type: type[T], ce_type: str | None = None) -> T:
    """The record in `value`; one of an older `ce_type` is upcast step by step.

    Raises UnreadableValueError, which quotes nothing of the value.
    """
    try:
        if ce_type is not None:
            value = upcast(value, ce_type)
        decoder = _decoders.get(record_type)
        if decoder is None:
            decoder = _decoders[record_type] = msgspec.json.Decoder(record_type)
        record = decoder.decode(value)
    except (msgspec.DecodeError, RecursionError):
        raise UnreadableValueError(f"a value of {len(value)} bytes is no {record_type.__name__}") from None
    assert isinstance(record, record_type)  # noqa: S101 - the decoder was made for this very type
    return record
