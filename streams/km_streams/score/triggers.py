"""Triggers: cheap expressions, at least as wide as a rule's patterns, that say whether the rule is worth a closer look.

All triggers of one view of a frame are one hyperscan database, so a frame is scanned once, whatever the rules are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from km_streams.sanitize.prefilter import Prefilter

View = Literal["request", "definition", "result"]
"""What a frame is to the rules: of the client; a list or description of a server; anything else of a server."""

VIEWS: Final[tuple[View, ...]] = ("request", "definition", "result")
BORDER: Final = "\n\x1f\n"
"""Between two strings of a frame, where they are not read from its bytes."""

_NONE: Final[frozenset[str]] = frozenset()
_ESCAPED: Final = (
    (b"\\\\", b"\x00"), (b'\\"', b"\x01"), (b"\\n", b"\n"), (b"\\t", b"\t"), (b"\\r", b"\r"), (b"\\/", b"/"),
    (b"\\b", b"\b"), (b"\\f", b"\f"), (b'"', b"\n"), (b"\x01", b'"'), (b"\x00", b"\\"),
)  # fmt: skip
"""Of JSON's escapes (RFC 8259 §7) to what they stand for; quotes that open and close strings become line ends. Valid
JSON has no bytes 0 and 1, so they may stand for escaped backslashes and quotes meanwhile."""


@dataclass(frozen=True, slots=True, eq=False)
class _Scanner:
    prefilter: Prefilter
    rules: tuple[str, ...]
    """The rule's id, of each expression."""


@dataclass(frozen=True, slots=True, eq=False)
class Triggers:
    """The compiled triggers of all rules."""

    scanners: Mapping[View, _Scanner]

    def hits(self, text: bytes, view: View) -> frozenset[str]:
        """The ids of the rules for a view of which a trigger occurs in a text."""
        scanner = self.scanners[view]
        found = scanner.prefilter.hits(text)
        return frozenset([scanner.rules[position] for position in found]) if found else _NONE


def triggers_of(
    expressions: Mapping[View, Iterable[tuple[str, Sequence[str]]]],
    prefilter: Callable[[Sequence[bytes]], Prefilter],
) -> Triggers:
    """Triggers from (rule id, expressions) of each view; case does not matter, `^` and `$` are a line's ends."""
    return Triggers({view: _scanner(of_view, prefilter) for view, of_view in expressions.items()})


def text_of_json(data: bytes) -> bytes | None:
    """The strings of valid JSON on lines of their own, in one pass over its bytes; None where it needs a parser."""
    if b"\\" not in data:
        return data.replace(b'"', b"\n")
    if b"\\u" in data:
        return None
    for escape, meaning in _ESCAPED:
        data = data.replace(escape, meaning)
    return data


def _scanner(rules: Iterable[tuple[str, Sequence[str]]], prefilter: Callable[[Sequence[bytes]], Prefilter]) -> _Scanner:
    by_rule = {rule: "|".join(expressions) for rule, expressions in rules if expressions}
    compiled = prefilter([f"(?ims)(?:{expression})".encode() for expression in by_rule.values()])
    return _Scanner(compiled, tuple(by_rule))
