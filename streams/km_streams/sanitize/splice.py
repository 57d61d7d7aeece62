"""Replacing spans of bytes by tokens; nothing else of a frame changes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from km_schemas.records import Finding

FINDINGS_LIMIT: Final = 10_000
"""Findings that an event lists; of more, all are replaced, and the list ends with `FLOOD`."""
REPLACEMENTS_LIMIT: Final = 100_000
"""Of one frame. Above it the payload is omitted: replacing that many takes seconds."""
FLOOD: Final = Finding(type="flood", rule="findings-limit@1", path="$", token="")


class TooManyFindingsError(Exception):
    """A frame has more to replace than is worth the time."""


@dataclass(frozen=True, slots=True)
class Sanitized:
    """A frame with tokens in place of what was sensitive."""

    data: bytes
    findings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """By type, of all findings, the unlisted too."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Bytes [start, end) of a frame and what stands there instead."""

    start: int
    end: int
    text: bytes


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """Findings by type, the types in order."""
    return dict(sorted(Counter(finding.type for finding in findings).items()))


def listed(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings as an event lists them."""
    return tuple(findings) if len(findings) <= FINDINGS_LIMIT else (*findings[:FINDINGS_LIMIT], FLOOD)


def splice(data: bytes, replacements: Iterable[Replacement]) -> bytes:
    """`data` with disjoint replacements, given in ascending order."""
    pieces: list[bytes] = []
    last = 0
    for replacement in replacements:
        pieces += (data[last : replacement.start], replacement.text)
        last = replacement.end
    pieces.append(data[last:])
    return b"".join(pieces)
