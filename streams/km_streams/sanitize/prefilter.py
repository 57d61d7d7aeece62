"""Which patterns occur in a text at all, by one of two engines.

Hyperscan looks for literals first: many patterns that have one cost no more than few. Google-re2 makes one automaton of
all patterns, whose states it adds as texts lead to them: what has no literal costs a third, once they are there. Both
read bytes and know ASCII alone in classes and borders, so both say the same of every text (tested).
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

from km_streams.re2_bytes import PatternError, PatternSet, compiled
from km_streams.sanitize.database_cache import database_path, read_database, write_database

_PROBE_SECONDS: Final = 30
_WARM_BYTES: Final = 32 * 1024
"""A text that leads to new states all the way costs the automaton a microsecond a byte: longer ones are not given."""


class Prefilter(Protocol):
    """Says which of its expressions occur in a text."""

    def hits(self, text: bytes) -> list[int]:
        """Positions of the expressions that occur, ascending."""
        ...


PrefilterMaker = Callable[[Sequence[bytes]], Prefilter]


class HyperscanPrefilter:
    """All expressions in one pass (Vectorscan); a compiled database serves one thread at a time."""

    def __init__(self, expressions: Sequence[bytes], cache: Path | None = None) -> None:
        """With a `cache`, the compiled database is kept in that folder."""
        path = database_path(cache, expressions, version("hyperscan")) if cache else None
        self._database = (_loaded(path) if path else None) or _compiled(expressions, path)
        self._found: list[int] = []

    def hits(self, text: bytes) -> list[int]:
        """Positions of the expressions that occur, ascending."""
        self._found = []
        self._database.scan(text, match_event_handler=self._note)
        return sorted(self._found) if self._found else self._found

    def _note(self, expression: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        self._found.append(expression)


def _loaded(path: Path) -> Any:
    import hyperscan  # noqa: PLC0415 - on a processor without its instructions the import itself ends the process

    kept = read_database(path)
    if kept is None:
        return None
    try:
        database = hyperscan.loadb(kept, mode=hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.error:
        return None
    return database


def _compiled(expressions: Sequence[bytes], path: Path | None) -> Any:
    import hyperscan  # noqa: PLC0415 - as above

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
    database.compile(expressions=list(expressions), ids=range(len(expressions)), flags=flags)
    if path:
        write_database(path, hyperscan.dumpb(database))
    return database


class Re2Prefilter:
    """The same answers from google-re2, several times slower."""

    def __init__(self, expressions: Sequence[bytes]) -> None:
        self._patterns = [compiled(expression) for expression in expressions]

    def hits(self, text: bytes) -> list[int]:
        """Positions of the expressions that occur, ascending."""
        return [position for position, pattern in enumerate(self._patterns) if pattern.search(text)]


class AutomatonPrefilter:
    """For patterns without literals: one automaton of all; another prefilter, made late, where that is not the way."""

    def __init__(self, expressions: Sequence[bytes], make_other: PrefilterMaker) -> None:
        """`make_other`: of the prefilter for long texts, and for patterns that are too large for an automaton."""
        self._expressions = expressions
        self._make_other = make_other
        self._other: Prefilter | None = None
        self._longest = _WARM_BYTES
        try:
            self._set = PatternSet(expressions)
        except PatternError:
            self._longest = -1

    def hits(self, text: bytes) -> list[int]:
        """Positions of the expressions that occur, ascending."""
        if len(text) <= self._longest:
            return self._set.hits(text)
        if self._other is None:
            self._other = self._make_other(self._expressions)
        return self._other.hits(text)


def best_prefilter(cache: Path | None = None) -> PrefilterMaker:
    """Hyperscan where it runs, else google-re2, which is said in the log."""
    if hyperscan_runs():
        return lambda expressions: HyperscanPrefilter(expressions, cache)
    structlog.get_logger().warning("sanitize.slow_prefilter", reason="hyperscan does not run on this machine")
    return Re2Prefilter


def hyperscan_runs() -> bool:
    """Asked in a process of its own: without AVX2 the import may be an illegal instruction, and no exception."""
    probe = [sys.executable, "-c", "import hyperscan; hyperscan.Database().compile(expressions=[b'a'])"]
    try:
        done = subprocess.run(probe, capture_output=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
