"""One frame as a line for people: when, which way, what, how long it took. Pure.

What the line says of a frame (method, id, time since its request) is a guess for reading along; the meaning is made
downstream.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from km.cli.masking import masked
from km.cli.run_log import Entry
from km.cli.terminal import Paint, harmless
from km.spool.streams import STDERR, STDIN, STDOUT

SHORT: Final = 300
"""Characters of a body, without `--full`."""
_MASKED_CHARACTERS: Final = 1 << 20
"""More of a frame is never shown masked: it is cut there."""
_PENDING: Final = 1000
_ARROWS: Final = {STDIN: ("→", "cyan"), STDOUT: ("←", "green"), STDERR: ("!", "yellow")}


@dataclass(frozen=True, slots=True)
class _Said:
    """What a frame says, in two parts: a few words, and its body."""

    words: str
    body: str
    is_error: bool = False


class FrameLines:
    """The lines of one run. Remembers when requests passed, so that answers can say how long they took."""

    def __init__(self, paint: Paint, *, full: bool) -> None:
        self._paint = paint
        self._limit = _MASKED_CHARACTERS if full else SHORT
        self._pending: dict[tuple[int, bytes], tuple[int, str]] = {}

    def line(self, entry: Entry) -> str:
        """The line, without its newline."""
        arrow, colour = _ARROWS[entry.stream]
        said = self._say(entry)
        clock = self._paint(clock_time(entry.occurred_at_us), "dim")
        words = self._paint(f"{arrow} {harmless(said.words)}".rstrip(), "red" if said.is_error else colour)
        return f"{clock} {words} {self._short(said.body)}".rstrip()

    def _say(self, entry: Entry) -> _Said:
        text = entry.content.rstrip(b"\r\n")
        if entry.lost:
            return _Said("not recorded", entry.lost, is_error=True)
        if entry.stream == STDERR or entry.partial:
            return _Said("part of a frame" if entry.partial else "", text.decode(errors="backslashreplace"))
        try:
            message = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return _Said("no JSON", text.decode(errors="backslashreplace"), is_error=True)
        if isinstance(message, dict):
            return self._message(entry, message)
        return _Said(f"batch of {len(message)}" if isinstance(message, list) else "no message", _json(message))

    def _message(self, entry: Entry, message: dict[str, object]) -> _Said:
        key = _json(message.get("id")).encode()
        number = f" #{key.decode()}" if "id" in message else ""
        method = message.get("method")
        if isinstance(method, str):
            params = message.get("params")
            name = params.get("name") if isinstance(params, dict) else None
            words = f"{method} {name}" if isinstance(name, str) else method
            if number:
                self._remember((entry.stream, key), entry.occurred_at_us, words)
            return _Said(words + number, _json(params) if params is not None else "")
        duration = self._duration(entry, key)
        if "error" in message:
            return _Said(f"error{number}{duration}", _json(message["error"]), is_error=True)
        result = message.get("result")
        failed = isinstance(result, dict) and result.get("isError") is True
        return _Said(f"result{number}{duration}", _json(result), is_error=failed)

    def _remember(self, key: tuple[int, bytes], at: int, words: str) -> None:
        if len(self._pending) >= _PENDING:
            del self._pending[next(iter(self._pending))]
        self._pending[key] = (at, words)

    def _duration(self, entry: Entry, key: bytes) -> str:
        """Of an answer to a request that went the other way."""
        found = self._pending.pop((STDIN if entry.stream == STDOUT else STDOUT, key), None)
        if found is None:
            return ""
        at, words = found
        return f" of {words} after {(entry.occurred_at_us - at) / 1000:,.1f} ms"

    def _short(self, body: str) -> str:
        """Masked first, then cut: half a secret would not look like one."""
        shown = harmless(masked(body[:_MASKED_CHARACTERS]))
        if len(body) <= _MASKED_CHARACTERS and len(shown) <= self._limit:
            return shown
        return shown[: self._limit] + self._paint(f"… ({len(body):,} characters)", "dim")


def clock_time(microseconds: int) -> str:
    """The local time of day, to the millisecond."""
    moment = datetime.fromtimestamp(microseconds / 1_000_000, UTC).astimezone()
    return moment.strftime("%H:%M:%S.") + f"{microseconds // 1000 % 1000:03d}"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
