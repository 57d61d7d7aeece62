"""Which seqs of a run have been projected: the next one, and the ranges that are missing before it. Pure."""

from dataclasses import dataclass
from typing import Literal

Range = tuple[int, int]
"""From, and up to but without."""

Verdict = Literal["new", "late", "repeat"]
"""`new`: at or after the next seq; `late`: inside a missing range; `repeat`: projected before."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands. Seqs begin at 1."""

    next_seq: int = 1
    missing: tuple[Range, ...] = ()

    def judge(self, seq: int) -> Verdict:
        """What a seq is to what has been projected."""
        if seq >= self.next_seq:
            return "new"
        return "late" if any(first <= seq < end for first, end in self.missing) else "repeat"

    def after(self, seq: int) -> "Progress":
        """Where the run stands once `seq` is projected; itself for a repeat."""
        verdict = self.judge(seq)
        if verdict == "repeat":
            return self
        if verdict == "late":
            return Progress(self.next_seq, tuple(_without(self.missing, seq)))
        gap = () if seq == self.next_seq else ((self.next_seq, seq),)
        return Progress(seq + 1, self.missing + gap)

    def as_multirange(self) -> str:
        """The missing ranges as Postgres writes an int8multirange."""
        return "{" + ",".join(f"[{first},{end})" for first, end in self.missing) + "}"


def _without(missing: tuple[Range, ...], seq: int) -> list[Range]:
    ranges: list[Range] = []
    for first, end in missing:
        if not first <= seq < end:
            ranges.append((first, end))
            continue
        ranges += [piece for piece in ((first, seq), (seq + 1, end)) if piece[0] < piece[1]]
    return ranges
