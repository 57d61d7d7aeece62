"""Family `frames`: frames that parsers read differently, or not at all."""

import json
from collections.abc import Iterator
from typing import Final

import orjson

from km_schemas.payload import bytes_of
from km_streams.score.frame_view import Found, FrameView
from km_streams.score.ruleset import RuleSet, signal_of

_LOOKED_AT: Final = 64 * 1024
_OURS: Final = frozenset({"stderr", "lifecycle", "placeholder"})


def frame_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """What is wrong with the frame as a frame."""
    event = frame.event
    if event.kind in _OURS or event.direction is None or event.part is not None:
        return
    rule = rules.family("frames")["unparsable-frame"]
    if event.kind == "noise":
        name = _noise(frame)
        yield signal_of(rule, "$", name, rule.source.values[name])
    elif frame.from_client and (found := _twice(frame)):
        yield signal_of(rule, "$", f"duplicate-member: {found}", rule.source.values["duplicate-member"])


def _noise(frame: FrameView) -> str:
    """Why a frame is no JSON-RPC."""
    text = frame.raw_text.strip()
    if "\ufffd" in text:
        return "invalid-text"
    if text.startswith(("{", "[{")) and frame.value is None:
        return "broken-json"
    return "noise-of-client" if frame.from_client else "noise-of-server"


def _written_again(value: object) -> int:
    """Bytes of a frame that is written again without spaces; equal to its own where no member was lost."""
    try:
        return len(orjson.dumps(value))
    except orjson.JSONEncodeError:  # deeper than orjson writes
        return -1


def _twice(frame: FrameView) -> str | None:
    """The first member that stands in one object twice: parsers read different ones (RFC 8259 §4)."""
    data = bytes_of(frame.event.payload)
    if data is None or len(data) > _LOOKED_AT or len(data) == _written_again(frame.value):
        return None
    found: list[str] = []

    def members(pairs: list[tuple[str, object]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            found.extend(name for name in names if names.count(name) > 1)

    try:
        json.loads(data, object_pairs_hook=members)
    except (ValueError, RecursionError):
        return None
    return found[0] if found else None
