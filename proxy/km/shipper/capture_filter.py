"""Decides which frames become stubs. An answer follows its request's fate. Pure: frames in, reasons out.

What must survive a restart, so that a resend gives the same records, is in `state`: the requests that became stubs
and are not answered, and the fate of a frame that is being cut into parts.
"""

from typing import Final

from msgspec import DecodeError, Struct, json

from km.shipper.capture_rules import CaptureRules
from km.shipper.frames import Piece
from km_schemas.words import FilterReason

_OPEN_LIMIT: Final = 1024
"""Stubs of requests whose answers are waited for; a server that never answers must not fill the cursor."""


class CaptureState(Struct, frozen=True, kw_only=True):
    """What a filter remembers."""

    open: tuple[tuple[int, str, FilterReason], ...] = ()
    """Stream of the request, its id as JSON, why it is a stub; the oldest first."""
    cut: tuple[tuple[int, FilterReason | None], ...] = ()
    """Stream and fate of each frame of which parts are numbered and more will come."""


class _Envelope(Struct):
    """What a JSON-RPC message says of itself."""

    method: str | None = None
    id: int | float | str | None = None

    @property
    def key(self) -> str:
        """1 and "1" are two ids (JSON-RPC 2.0 §5)."""
        return json.encode(self.id).decode()


_DECODER: Final = json.Decoder(_Envelope | list[_Envelope])


class CaptureFilter:
    """The capture rules of one run, with what they have met so far."""

    def __init__(self, rules: CaptureRules | None = None, state: CaptureState | None = None) -> None:
        self._rules = rules or CaptureRules()
        state = state or CaptureState()
        self._open = {(stream, key): reason for stream, key, reason in state.open}
        self._cut = dict(state.cut)

    @property
    def state(self) -> CaptureState:
        """To be given to the filter that goes on from here."""
        return CaptureState(
            open=tuple((stream, key, reason) for (stream, key), reason in self._open.items()),
            cut=tuple(self._cut.items()),
        )

    def reason(self, stream: int, piece: Piece) -> FilterReason | None:
        """Why this frame of stdin (0) or stdout (1) becomes a stub; None where it is recorded in full."""
        if self._rules == CaptureRules():
            return None
        if piece.part is None:
            return self._of_frame(stream, piece.content)
        fate = self._cut[stream] if stream in self._cut else self._of_frame(stream, piece.content)
        if piece.partial:
            self._cut[stream] = fate
        else:
            self._cut.pop(stream, None)
        return fate

    def _of_frame(self, stream: int, content: bytes) -> FilterReason | None:
        envelopes = _envelopes(content)
        answered = [self._open.pop((1 - stream, each.key), None) for each in envelopes if each.method is None]
        if answered and len(answered) == len(envelopes) and all(answered):
            return answered[0]
        fate = self._by_size(content) or self._by_methods(envelopes)
        self._remember(stream, envelopes, fate)
        return fate

    def _by_size(self, content: bytes) -> FilterReason | None:
        limit = self._rules.max_bytes
        return "size" if limit is not None and len(content) > limit else None

    def _by_methods(self, envelopes: list[_Envelope]) -> FilterReason | None:
        """A batch is recorded where one of its messages is."""
        if not self._rules.wants_methods:
            return None
        if not envelopes:
            return None if self._rules.allows(None) else "method"
        fates = [self._by_method(each) for each in envelopes]
        return None if None in fates else fates[0]

    def _by_method(self, envelope: _Envelope) -> FilterReason | None:
        if envelope.method is None:
            return None  # the answer to a request that is recorded
        if self._rules.exclude_ping and envelope.method == "ping":
            return "ping"
        return None if self._rules.allows(envelope.method) else "method"

    def _remember(self, stream: int, envelopes: list[_Envelope], fate: FilterReason | None) -> None:
        for each in envelopes:
            if each.method is None or each.id is None:
                continue
            self._open.pop((stream, each.key), None)  # ids may be used again
            if fate:
                self._open[stream, each.key] = fate
        while len(self._open) > _OPEN_LIMIT:
            del self._open[next(iter(self._open))]


def _envelopes(content: bytes) -> list[_Envelope]:
    """The messages of a frame; none where it is no JSON-RPC."""
    try:
        found = _DECODER.decode(content)
    except (DecodeError, RecursionError):
        return []
    return found if isinstance(found, list) else [found]
