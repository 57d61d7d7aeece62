"""Family `frames`: frames that parsers read differently, or not at all."""

import json
from collections.abc import Sequence
from typing import Final

import orjson
from msgspec import UNSET

from km_schemas.payload import bytes_of
from km_streams.score.frame_view import Found, FrameView
from km_streams.score.ruleset import RuleSet, signal_of

_LOOKED_AT: Final = 64 * 1024
_SPACE: Final = b" \t\n\r"
_OURS: Final = frozenset({"stderr", "lifecycle", "placeholder"})


def frame_signals(frame: FrameView, rules: RuleSet) -> Sequence[Found]:
    """What is wrong with the frame as a frame."""
    event = frame.event
    if event.direction is None or event.kind in _OURS or event.part is not None:
        return ()
    if event.kind != "noise" and (not frame.from_client or _is_kept_whole(frame)):
        return ()
    rule = rules.family("frames")["unparsable-frame"]
    if event.kind == "noise":
        name = _noise(frame)
        return (signal_of(rule, "$", name, rule.source.values[name]),)
    if found := _twice(frame):
        return (signal_of(rule, "$", f"duplicate-member: {found}", rule.source.values["duplicate-member"]),)
    return ()


def _noise(frame: FrameView) -> str:
    """Why a frame is no JSON-RPC."""
    text = frame.raw_text.strip()
    if "\ufffd" in text:
        return "invalid-text"
    if text.startswith(("{", "[{")) and frame.value is None:
        return "broken-json"
    return "noise-of-client" if frame.from_client else "noise-of-server"


def _is_kept_whole(frame: FrameView) -> bool:
    """Whether the frame, read and written again, has as many bytes besides white space: no member was lost."""
    payload = frame.event.payload.json
    if payload is UNSET:
        return False
    try:
        again = orjson.dumps(frame.value)
    except orjson.JSONEncodeError:  # deeper than orjson writes
        return False
    data = memoryview(payload)
    return len(again) == len(data) or len(again.translate(None, _SPACE)) == len(bytes(data).translate(None, _SPACE))


def _twice(frame: FrameView) -> str | None:
    """The first member that stands in one object twice: parsers read different ones (RFC 8259 §4)."""
    data = bytes_of(frame.event.payload)
    if data is None or len(data) > _LOOKED_AT:
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
