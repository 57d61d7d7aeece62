"""What the sanitizer promises of any input, checked; inputs are bytes, as fuzzers make them.

An input is either a frame itself, or (first byte 1) the number of a rule and texts around a fresh value of it. The
promises: no exception; valid JSON stays valid; sanitizing the output again finds nothing; no planted value survives.
"""

import json
import random
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.splice import TooManyFindingsError
from km_streams.sanitize.testing import known_sanitizer

from .making import Canary, canaries, group_label
from .planting import ENCODINGS, encoded, in_lines
from .search import Searcher, searcher_of

PLANTED: Final = 1
_HEAD: Final = 6
"""Bytes before the texts around a planted value: kind, rule (2), encodings (2), place of the value."""
_TRICKY: Final = [b"{", b'"password":', b"\\u0070", b"\\\\", b"%41", b"&#65;", b"\xab", b"Bearer ", b"1e400", b"\xff",
                  b"--token ", "«email:k1:".encode(), b"-----BEGIN ", b"eyJ", b"://", b"@", b"=", b"\x00"]  # fmt: skip


class BrokenPromiseError(Exception):
    """The sanitizer did what it promises not to do: what, and to which frame."""

    def __init__(self, promise: str, frame: bytes) -> None:
        super().__init__(f"{promise}: {frame!r}")
        self.promise = promise


@cache
def pool() -> tuple[tuple[Canary, Searcher], ...]:
    """The same in every process, so that an input means the same again."""
    detector = known_sanitizer().detector
    groups = {group_label(group) for group in detector.rules.groups}
    made = canaries(detector, random.Random(4))
    return tuple((each, searcher_of([each])) for each in made if each.rule not in groups)


def check(data: bytes) -> None:
    """BrokenPromiseError where a promise is broken by this input."""
    sanitizer = known_sanitizer()
    if data[:1] != bytes([PLANTED]) or len(data) < _HEAD:
        _check_frame(sanitizer, data)
        return
    frame, canary, searcher = planted(data)
    out = _check_frame(sanitizer, frame)
    searcher.leaks.clear()
    searcher.look("frame", out)
    if searcher.leaks:
        raise BrokenPromiseError(f"a value of {canary.rule} survives", frame)


def planted(data: bytes) -> tuple[bytes, Canary, Searcher]:
    """The frame of an input that plants a value."""
    canary, searcher = pool()[int.from_bytes(data[1:3], "big") % len(pool())]
    names = sorted(ENCODINGS)
    ways = [names[byte % len(names)] for byte in data[3:5] if byte < 2 * len(names)]
    before, behind = map(_without_controls, data[_HEAD:].decode("utf-8", "replace").partition("\0")[::2])
    said = encoded(in_lines(before, canary.text, behind), ways)
    nodes: list[object] = [said, {said: 1}, [behind, said], {before: {"text": said}}]
    frame = {"jsonrpc": "2.0", "id": 1, "result": {behind: before, "zz": nodes[data[5] % len(nodes)]}}
    return json.dumps(frame, ensure_ascii=bool(data[5] & 128)).encode(), canary, searcher


def _without_controls(text: str) -> str:
    """What decodes to many control characters is taken for binary data, and nothing is promised of it."""
    return "".join(character for character in text if character >= " " or character in "\t\n\r")


def _check_frame(sanitizer: Sanitizer, frame: bytes) -> bytes:
    try:
        result = sanitizer.sanitize(frame, 0)
        sanitizer.sanitize_part(frame, 0, cut_before=True, cut_behind=True)
    except TooManyFindingsError:
        return b""
    if not result.findings and result.data != frame:
        raise BrokenPromiseError("changed without a finding", frame)
    if _is_json(frame) and not _is_json(result.data):
        raise BrokenPromiseError("no JSON any more", frame)
    again = sanitizer.sanitize(result.data, 0)
    if again.data != result.data or again.findings:
        rules = sorted({finding.rule for finding in again.findings})
        raise BrokenPromiseError(f"found more in what was sanitized, {rules}", frame)
    return result.data


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def write_seeds(folder: Path) -> None:
    """Inputs to begin with: every rule planted, near misses as frames, pieces that parsers stumble over."""
    folder.mkdir(parents=True, exist_ok=True)
    rules = known_sanitizer().detector.rules.rules
    for number in range(len(pool())):
        head = bytes([PLANTED]) + number.to_bytes(2, "big") + bytes([number % 28, 255 - number % 7, number % 256])
        (folder / f"planted-{number}").write_bytes(head + b"see:\0thanks")
    for rule in rules:
        for number, pieces in enumerate(rule.source.near_misses):
            frame = json.dumps({"jsonrpc": "2.0", "id": number, "params": {"text": "".join(pieces)}}).encode()
            (folder / f"near-{rule.source.id}-{number}").write_bytes(frame)
    for number, piece in enumerate(_TRICKY):
        (folder / f"tricky-{number}").write_bytes(b'{"a":"' + piece + b'","b":[' + piece + b"]}")
    (folder.parent / "words").write_text("".join(f'"{_escaped(piece)}"\n' for piece in _TRICKY))


def _escaped(piece: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece)
