"""What is said on a terminal: colours where there is one, and nothing in foreign text that could command it."""

import os
import re
import sys
from typing import Final, TextIO

from msgspec import json

_COLOURS: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36", "magenta": "35"}
_COMMANDS: Final = re.compile(
    # C0 but for the tab, DEL and C1 (ECMA-48); marks that turn the direction of text (UAX #9); line separators;
    # halves of surrogate pairs, which cannot be written.
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Paint:
    """Colours a text, where colours are wanted."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted

    def __call__(self, text: str, colour: str) -> str:
        """The text in one of the colours above."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._wanted else text


def paint_for(stream: TextIO) -> Paint:
    """Colours on a terminal, unless NO_COLOR is set (no-color.org) or it is a dumb one."""
    wanted = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Paint(wanted=wanted)


def harmless(text: str) -> str:
    """Foreign text in one line, what could command a terminal shown as escapes."""
    return _COMMANDS.sub(lambda found: _escape(found[0]), text)


def print_json(value: object) -> None:
    """One line of JSON."""
    sys.stdout.write(json.encode(value).decode() + "\n")


def complain(sentence: str) -> None:
    """Say what is wrong, on stderr."""
    sys.stderr.write(f"km: {harmless(sentence)}\n")


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
