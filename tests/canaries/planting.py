"""Canaries in frames of any shape: inside of any text, as key or value, in up to two encodings. Pure."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from .carriers import every_character_escaped

ENCODINGS: Final[Mapping[str, Callable[[str], str]]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "url-safe base64": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "hex": lambda text: text.encode().hex(),
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "URL": lambda text: quote(text, safe=""),
    "JSON": lambda text: json.dumps({"note": text, "n": 1}),
    "escaped JSON": lambda text: f'{{"note":"{every_character_escaped(text)}"}}',
}
"""What may stand around another one, since it reads any text."""


def in_lines(before: str, text: str, behind: str) -> str:
    """`text` on lines of its own."""
    return f"{before}\n{text}\n{behind}"


def encoded(text: str, ways: Sequence[str]) -> str:
    """`text` in encodings, the first one innermost."""
    for way in ways:
        text = ENCODINGS[way](text)
    return text
