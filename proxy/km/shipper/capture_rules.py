"""What of a run is recorded in full: its environment's `KM_METHOD_WHITELIST`, `KM_EXCLUDE_PING`,
`KM_PAYLOAD_SIZE_LIMIT`, as they travel in the spool's head. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from km.spool.capture import EXCLUDE_PING, METHOD_WHITELIST, PAYLOAD_SIZE_LIMIT

_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})


class CaptureRulesError(Exception):
    """A rule is not understood; the message names its variable."""


@dataclass(frozen=True, slots=True)
class CaptureRules:
    """The default records everything in full."""

    methods: tuple[str, ...] | None = None
    """Only these; one that ends with `*` stands for all that begin so. None: every method."""
    exclude_ping: bool = False
    max_bytes: int | None = None
    """Of one frame."""

    @property
    def wants_methods(self) -> bool:
        """Whether frames must be looked into."""
        return self.methods is not None or self.exclude_ping

    def allows(self, method: str | None) -> bool:
        """Whether frames of this method are on the list; None: of no method at all, as what is no JSON-RPC."""
        if self.methods is None:
            return True
        return method is not None and any(_matches(method, pattern) for pattern in self.methods)


def parse_capture_rules(variables: Mapping[str, str]) -> CaptureRules:
    """The rules that the three variables say. Raises CaptureRulesError."""
    methods = [method.strip() for method in variables.get(METHOD_WHITELIST, "").split(",")]
    named = tuple(method for method in methods if method)
    return CaptureRules(
        named or None, _flag(variables.get(EXCLUDE_PING, "")), _size(variables.get(PAYLOAD_SIZE_LIMIT, "").strip())
    )


def capture_variables(field: Iterable[bytes]) -> dict[str, str]:
    """The variables in the head's field: `NAME=value` each."""
    pairs = (item.decode(errors="replace").partition("=") for item in field)
    return {name: value for name, _, value in pairs}


def _matches(method: str, pattern: str) -> bool:
    return method.startswith(pattern[:-1]) if pattern.endswith("*") else method == pattern


def _flag(text: str) -> bool:
    value = text.strip().lower()
    if value not in _TRUE | _FALSE:
        raise CaptureRulesError(f"{EXCLUDE_PING} is neither true nor false")
    return value in _TRUE


def _size(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise CaptureRulesError(f"{PAYLOAD_SIZE_LIMIT} is no number of bytes")
    return int(text)
