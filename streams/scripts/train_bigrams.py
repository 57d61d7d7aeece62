"""Writes `km_streams/sanitize/bigrams.bin` from the words and identifiers of this Python's standard library.

The library's licence is the PSF licence, which allows derived works; what is shipped is a table of 68 × 68 bytes, and
nothing that could be read back. `python streams/scripts/train_bigrams.py` writes it anew, and says what it learnt.
"""

import itertools
import re
import sys
import sysconfig
from collections import Counter
from math import log2
from pathlib import Path

from km_streams.sanitize.bigrams import SYMBOLS, TABLE_FILE, UNITS_PER_BIT, symbols_of

WORD = re.compile(rb"[A-Za-z][A-Za-z0-9_.-]{2,40}")
LEFT_OUT = {"test", "tests", "idlelib", "lib2to3", "site-packages", "encodings", "pydoc_data"}
SMOOTHING = 0.2


def words() -> Counter[bytes]:
    """Every word of the library's sources, once per file that has it."""
    found: Counter[bytes] = Counter()
    root = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(root.rglob("*.py")):
        if not LEFT_OUT.intersection(path.relative_to(root).parts):
            found.update(set(WORD.findall(path.read_bytes())))
    return found


def table(counts: Counter[bytes]) -> bytes:
    """For each symbol (row) the surprise of the next one, in units; rare words count as much as common ones do."""
    pairs = [[SMOOTHING] * SYMBOLS for _ in range(SYMBOLS)]
    for word, count in counts.items():
        known = symbols_of(word)
        for before, behind in itertools.pairwise(known):
            pairs[before][behind] += 1 + log2(count)
    return bytes(min(255, round(-log2(value / sum(row)) * UNITS_PER_BIT)) for row in pairs for value in row)


def main() -> None:
    """Write the table."""
    counts = words()
    TABLE_FILE.write_bytes(table(counts))
    sys.stdout.write(f"{len(counts)} words, {TABLE_FILE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
