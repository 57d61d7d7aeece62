"""Which patterns occur in a text at all: one pass of hyperscan, or google-re2 pattern by pattern without it.

Both read bytes and know ASCII alone in classes and borders, so both say the same of every text (tested).
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import Final, Protocol

import structlog

from km_streams.re2_bytes import compiled

_PROBE_SECONDS: Final = 30


class Prefilter(Protocol):
    """Says which of its expressions occur in a text."""

    def hits(self, text: bytes) -> list[int]:
        """Positions of the expressions that occur, ascending."""
        ...

    def any_hit(self, text: bytes) -> bool:
        """Whether one of them occurs."""
        ...


class HyperscanPrefilter:
    """All expressions in one pass (Vectorscan); a compiled database serves one thread at a time."""

    def __init__(self, expressions: Sequence[bytes]) -> None:
        import hyperscan  # noqa: PLC0415 - on a processor without its instructions the import itself ends the process

        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
        self._database.compile(expressions=list(expressions), ids=range(len(expressions)), flags=flags)
        self._found: list[int] = []
        self._terminated: type[Exception] = hyperscan.ScanTerminated

    def hits(self, text: bytes) -> list[int]:
        """Positions of the expressions that occur, ascending."""
        self._found = []
        self._database.scan(text, match_event_handler=self._note)
        return sorted(self._found)

    def any_hit(self, text: bytes) -> bool:
        """Whether one of them occurs."""
        self._found = []
        self._database.scan(text, match_event_handler=self._note)
        return bool(self._found)

    def _note(self, expression: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        self._found.append(expression)


class Re2Prefilter:
    """The same answers from google-re2, several times slower."""

    def __init__(self, expressions: Sequence[bytes]) -> None:
        self._patterns = [compiled(expression) for expression in expressions]

    def hits(self, text: bytes) -> list[int]:
        """Positions of the expressions that occur, ascending."""
        return [position for position, pattern in enumerate(self._patterns) if pattern.search(text)]

    def any_hit(self, text: bytes) -> bool:
        """Whether one of them occurs."""
        return any(pattern.search(text) for pattern in self._patterns)


def best_prefilter(expressions: Sequence[bytes]) -> Prefilter:
    """Hyperscan where it runs, else google-re2, which is said in the log."""
    if hyperscan_runs():
        return HyperscanPrefilter(expressions)
    structlog.get_logger().warning("sanitize.slow_prefilter", reason="hyperscan does not run on this machine")
    return Re2Prefilter(expressions)


def hyperscan_runs() -> bool:
    """Asked in a process of its own: without AVX2 the import may be an illegal instruction, and no exception."""
    probe = [sys.executable, "-c", "import hyperscan; hyperscan.Database().compile(expressions=[b'a'])"]
    try:
        done = subprocess.run(probe, capture_output=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
