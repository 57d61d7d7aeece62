"""Old versions of our records become the present one, one step at a time.

A type's version is the number at the end of its `ce_type`. When a record type changes in a way that breaks a
reader, its version goes up by one here and a step is added: bytes of version n in, bytes of version n + 1 out.
"""

from collections.abc import Callable, Mapping
from typing import Final

from km_schemas.errors import UnknownVersionError

Step = Callable[[bytes], bytes]

CURRENT_VERSIONS: Final[Mapping[str, int]] = {
    "ai.kilometers.frame": 1,
    "ai.kilometers.run-started": 1,
    "ai.kilometers.run-ended": 1,
    "ai.kilometers.stderr": 1,
    "ai.kilometers.capture-lost": 1,
    "ai.kilometers.event": 1,
    "ai.kilometers.scored-event": 1,
    "ai.kilometers.alert": 1,
    "ai.kilometers.dead-letter": 1,
}

STEPS: Final[Mapping[tuple[str, int], Step]] = {}
"""(type without version, n) → the step from n to n + 1."""


def upcast(
    value: bytes,
    ce_type: str,
    steps: Mapping[tuple[str, int], Step] = STEPS,
    versions: Mapping[str, int] = CURRENT_VERSIONS,
) -> bytes:
    """`value` of `ce_type` in its type's present version; UnknownVersionError where that is not to be had."""
    name, version = split_version(ce_type)
    current = versions.get(name)
    if current is None or version > current:
        raise UnknownVersionError("a record of a type or version newer than this program; update it")
    for n in range(version, current):
        value = steps[name, n](value)
    return value


def split_version(ce_type: str) -> tuple[str, int]:
    """`("ai.kilometers.frame", 1)` of `ai.kilometers.frame.v1`; UnknownVersionError for other forms."""
    name, separator, number = ce_type.rpartition(".v")
    if not separator or not number.isascii() or not number.isdigit():
        raise UnknownVersionError("a record whose ce_type does not end in its version (.v1, .v2, …)")
    return name, int(number)
