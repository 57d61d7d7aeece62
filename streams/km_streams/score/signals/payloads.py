"""Family `payloads`: data that leaves in an encoding that hides it."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from km_streams.score.frame_view import Found, FrameView, Mark
from km_streams.score.ruleset import RuleSet, signal_of
from km_streams.score.signals.arguments import Argument, arguments_of

_EVIDENCE_LENGTH: Final = 80
_IN_URL: Final = re.compile(
    r"(?i)https?://[^\s/?#\"']{1,256}[^\s\"'<>]{0,2000}?[?&=/]((?:[A-Za-z0-9+/_-]|%2[bf]|%3d){80,})"
)
_IN_NAME: Final = re.compile(
    r"(?i)\b(?:[a-z0-9_-]{28,63}\.){2,}[a-z0-9-]{1,63}\.[a-z]{2,}|\b[0-9a-f]{32,63}\.(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,}"
    r"|\b(?:nslookup|dig|host|ping)\b[^\n]{0,60}(?:\$\(|`)"
)
_BLOB: Final = re.compile(r"[A-Za-z0-9+/]{512,}={0,2}")
_LONG: Final = 2_000
_BINARY_BEGINNINGS: Final = (
    "iVBORw0KGgo",
    "/9j/",
    "R0lGOD",
    "JVBERi",
    "UEsDB",
    "UklGR",
    "H4sI",
    "PHN2Zy",
    "AAAA",
    "T2dnUw",
    "SUkq",
    "Qk",
)
"""Of pictures, documents, archives, sounds and films in base64: files that are sent as such."""
_DIGITS: Final = re.compile(r"\d")


def payload_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """One signal for each way in which a request carries encoded data out, at the first argument that does."""
    if not frame.from_client or frame.hits.isdisjoint(rules.ids["payloads"]):
        return
    family = rules.family("payloads")
    seen: set[str] = set()
    for argument in arguments_of(frame):
        for name, evidence in _encoded(argument):
            if name not in seen:
                seen.add(name)
                yield signal_of(family[name], argument.leaf.path, evidence[:_EVIDENCE_LENGTH])
                yield Mark("encoded-payload", name, argument.leaf.path)


def _encoded(argument: Argument) -> Iterator[tuple[str, str]]:
    text = argument.text
    if (match := _IN_URL.search(text)) and _is_code(match[1]):
        yield "encoded-in-url", match[0]
    if (
        argument.role in {"url", "command", "other", "path"}
        and (match := _IN_NAME.search(text))
        and _is_code(match[0].split(".")[0])
    ):
        yield "encoded-in-name", match[0]
    if (match := _BLOB.search(text)) and not match[0].startswith(_BINARY_BEGINNINGS) and _counts(match[0]):
        yield "encoded-blob", match[0]


def _counts(run: str) -> bool:
    """Whether a run of base64 that is no known kind of file is worth a word: it is long, or stands for text."""
    return len(run) >= _LONG or _says_text(run)


def _is_code(run: str) -> bool:
    """Whether a run reads as an encoding: digits and letters mixed, or both cases, and no words between dashes."""
    if (
        any(word.isalpha() and word.islower() and len(word) > 3 for word in re.split(r"[-_/]", run))
        and "/" in run + "-"
    ):
        words = [word for word in re.split(r"[-_/]", run) if word]
        if len(words) > 4 and sum(map(len, words)) / len(words) < 16:
            return False
    return "$(" in run or "`" in run or bool(_DIGITS.search(run)) or not (run.islower() or run.isupper())


def _says_text(run: str) -> bool:
    """Whether base64 stands for text: what programs send of their own is rarely that."""
    head = run[:400]
    try:
        said = base64.b64decode(head[: len(head) // 4 * 4]).decode("ascii")
    except (binascii.Error, ValueError):
        return False
    return said.isprintable() or "\n" in said
