"""What `score` remembers of an installation. Explicit, versioned; equal states give equal bytes.

Stored as one byte of version and MessagePack with sorted keys. Times are microseconds since the epoch.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from km_schemas.words import Direction, Era

VERSION: Final = 1
STEPS: Final[Mapping[int, Callable[[bytes], bytes]]] = {}
"""n → the step that makes MessagePack of version n + 1 from that of version n."""


class StateError(Exception):
    """A stored state cannot be read by this program."""


class Call(msgspec.Struct, kw_only=True, array_like=True):
    """A call that has no final answer yet."""

    opened_seq: int
    item: int
    direction: Direction
    rpc_id: str
    method: str
    target: str | None
    opened_us: int
    request_bytes: int
    response_bytes: int = 0
    score: int = 0
    findings: int = 0
    cost_nanodollars: int = 0
    waited_us: int = 0
    waiting_since_us: int | None = None
    """When an `input_required` result came, while the client's retry is awaited."""


class Facts(msgspec.Struct, kw_only=True, array_like=True):
    """What is known of a run's two sides."""

    server_info_name: str | None = None
    server_info_version: str | None = None
    client_name: str | None = None
    client_version: str | None = None
    protocol_version: str | None = None
    era: Era | None = None


class RunState(msgspec.Struct, kw_only=True, array_like=True):
    """One run."""

    server: str = ""
    last_us: int = 0
    """The latest `occurred_at` seen, clamped to its `received_at`: a clock that is ahead keeps no run alive."""
    ended_us: int | None = None
    next_seq: int = 1
    missing: list[tuple[int, int]] = []
    """Ranges [first, end) below `next_seq` that have not come, ascending."""
    facts: Facts = msgspec.field(default_factory=Facts)
    open: dict[str, list[Call]] = {}
    """In flight, by direction and id; an id that is used again in flight has several, oldest first."""
    waiting: dict[str, Call] = {}
    """Answered with `input_required`, by what the client's retry will carry."""
    weight: int = 0
    """Of the calls in `open` and `waiting` (`weights.py`)."""


class InstallationState(msgspec.Struct, kw_only=True, array_like=True):
    """All runs of one installation that are in progress or ended lately."""

    runs: dict[str, RunState] = {}


_encoder: Final = msgspec.msgpack.Encoder(order="deterministic")
_decoder: Final = msgspec.msgpack.Decoder(InstallationState)


def encode_state(state: InstallationState) -> bytes:
    """The state as bytes."""
    return bytes([VERSION]) + _encoder.encode(state)


def decode_state(data: bytes | None) -> InstallationState:
    """The state that `encode_state` gave, upcast; an empty one for none. StateError where it is no state of ours."""
    if data is None:
        return InstallationState()
    version, body = data[:1], data[1:]
    if not version or not 1 <= version[0] <= VERSION:
        raise StateError("a state of score of a version this program does not know; update it")
    for n in range(version[0], VERSION):
        body = STEPS[n](body)
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError:
        raise StateError(f"a state of score of {len(body)} bytes that is damaged") from None
