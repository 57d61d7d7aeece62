"""The state as bytes: one byte of version and MessagePack with sorted keys, so that equal states give equal bytes."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from km_streams.score.bounds import weigh_run
from km_streams.score.state import InstallationState
from km_streams.score.weights import weight_of_texts

VERSION: Final = 2


class StateError(Exception):
    """A stored state cannot be read by this program."""


def _weighed(body: bytes) -> bytes:
    """Version 2 appends members that have defaults, and counts what each run weighs."""
    state = _decoder.decode(body)
    for run in state.runs.values():
        run.texts_weight = weight_of_texts(run)
        weigh_run(state, run)
    return _encoder.encode(state)


STEPS: Final[Mapping[int, Callable[[bytes], bytes]]] = {1: _weighed}
"""n → the step that makes MessagePack of version n + 1 from that of version n."""

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
    try:
        for n in range(version[0], VERSION):
            body = STEPS[n](body)
        return _decoder.decode(body)
    except msgspec.DecodeError:
        raise StateError(f"a state of score of {len(body)} bytes that is damaged") from None
