"""How far a browser has seen: the generation, and the newest raw offset of each partition. Pure.

As text it is the id of a live event, which browsers send back as `Last-Event-ID` (HTML Standard, Server-sent events).
"""

import re
from dataclasses import dataclass
from typing import Final

OFFSET_MAX: Final = 2**63 - 1
_TEXT = re.compile(r"g([1-9][0-9]{0,8}):((?:-1|[0-9]{1,19})(?:\.(?:-1|[0-9]{1,19})){0,255})\Z")


@dataclass(frozen=True, slots=True)
class Positions:
    """`offsets[p]`: the newest offset seen in partition p; -1 for none."""

    generation: int
    offsets: tuple[int, ...]

    def __str__(self) -> str:
        return f"g{self.generation}:{'.'.join(map(str, self.offsets))}"

    def fits(self, other: "Positions") -> bool:
        """Whether both count the same partitions of the same generation."""
        return self.generation == other.generation and len(self.offsets) == len(other.offsets)

    def is_behind(self, other: "Positions") -> bool:
        """Whether `other`, which fits, has seen more of some partition."""
        return any(mine < theirs for mine, theirs in zip(self.offsets, other.offsets, strict=True))


def parse_positions(text: str) -> Positions | None:
    """The positions of an event id; none for any other text."""
    match = _TEXT.match(text)
    if match is None:
        return None
    offsets = tuple(map(int, match[2].split(".")))
    return Positions(int(match[1]), offsets) if max(offsets) <= OFFSET_MAX else None
