"""`make compare-sanitize`: the sanitizer beside Presidio, detect-secrets and CredSweeper on the bench's corpus.

python -m tests.bench.compare [--frames N] [--seed N] [--only NAME,…]

All get the same frames, one after the other on one core. The sanitizer gets their bytes; the peers, which know no
JSON, get `name: value` for each of its leaves, escapes undone. A planted value is covered where it cannot be read any
more once all that was flagged is gone. The peers run in an environment of their own: `requirements-compare.lock`.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from km_local.stack.mcp_environment import ensure_mcp_environment
from km_streams.sanitize.escapes import flatten
from km_streams.sanitize.testing import known_sanitizer

from ..sanitize.corpus import Frame, corpus  # noqa: TID252 - one corpus for both benchmarks

CHECKOUT: Final = Path(__file__).parents[3]
ENVIRONMENT: Final = CHECKOUT / ".km" / "compare"
LOCK: Final = CHECKOUT / "requirements-compare.lock"
PEERS: Final = ("presidio", "presidio-0.5", "detect-secrets", "credsweeper")
OURS: Final = "kilometers"


@dataclass(slots=True)
class Row:
    """What one of them did."""

    name: str
    seconds: float = 0.0
    covered: Counter[str] = field(default_factory=Counter)
    """By kind of planted value."""
    altered: int = 0


def main() -> None:
    """Print one table."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.compare")
    options.add_argument("--frames", type=int, default=3_000, help="of the corpus; peers search 100 to 500 a second")
    options.add_argument("--seed", type=int, default=6)
    options.add_argument("--only", default=",".join(PEERS), help="which peers, with commas between")
    given = options.parse_args()
    frames = list(corpus(given.frames, given.seed))
    planted = Counter(frame.kind for frame in frames if frame.kind is not None)
    rows = [_ours(frames)]
    if given.only:
        (CHECKOUT / ".km").mkdir(mode=0o700, exist_ok=True)
        python = ensure_mcp_environment(ENVIRONMENT, LOCK, CHECKOUT / ".km" / "compare.log")
        rows += [_peer(python, name, frames) for name in given.only.split(",")]
    _print(rows, frames, planted)


def _ours(frames: Sequence[Frame]) -> Row:
    sanitizer, row = known_sanitizer(), Row(OURS)
    sanitizer.sanitize(b'{"password": "x1y2z3a4b5"}', 0)
    for frame in frames:
        started = time.process_time()
        result = sanitizer.sanitize(frame.data, 0)
        row.seconds += time.process_time() - started
        _judge(
            row, frame, [flatten(result.data).decode("utf-8", "replace"), *_lines(result.data)], bool(result.findings)
        )
    return row


def _peer(python: Path, name: str, frames: Sequence[Frame]) -> Row:
    row, texts = Row(name), [_lines(frame.data) for frame in frames]
    command = [str(python), str(Path(__file__).with_name("peers.py")), name]
    given = "".join(json.dumps(lines) + "\n" for lines in texts)
    done = subprocess.run(command, input=given, check=True, stdout=subprocess.PIPE, text=True)
    *answers, last = map(json.loads, done.stdout.splitlines())
    row.seconds = last["seconds"]
    for frame, lines, flagged in zip(frames, texts, answers, strict=True):
        text = "\n".join(lines)
        for value in sorted(flagged, key=len, reverse=True):
            text = text.replace(value, "***")
        _judge(row, frame, [text], bool(flagged))
    return row


def _judge(row: Row, frame: Frame, left: Sequence[str], is_flagged: bool) -> None:
    if frame.planted is None or frame.kind is None:
        row.altered += is_flagged
        return
    shown = (frame.planted, frame.planted.replace("\n", "\\n"))
    row.covered[frame.kind] += not any(form in text for form in shown for text in left)


def _lines(data: bytes) -> list[str]:
    return [line for name, value in _leaves("", orjson.loads(data)) for line in f"{name}: {value}".split("\n")]


def _leaves(name: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for inner_name, inner in value.items():
            yield from _leaves(inner_name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(name, inner)
    else:
        yield name, value


def _print(rows: Sequence[Row], frames: Sequence[Frame], planted: Counter[str]) -> None:
    total, clean = planted.total(), len(frames) - planted.total()
    size = sum(len(frame.data) for frame in frames)
    print(
        f"{len(frames)} frames, {size / 1e6:.1f} MB, {total} planted values of {len(planted)} kinds; one core of "
        f"{os.cpu_count()}, processor time, load {os.getloadavg()[0]:.1f}; Python {sys.version.split()[0]}"
    )
    print(f"\n{'':<16}{'planted covered':>20}{'clean flagged':>20}{'frames/s':>12}{'MB/s':>8}{'x slower':>10}")
    for row in rows:
        covered = row.covered.total()
        print(
            f"{row.name:<16}{covered:>11} {100 * covered / max(1, total):>6.1f} %"
            f"{row.altered:>11} {100 * row.altered / max(1, clean):>6.2f} %"
            f"{len(frames) / row.seconds:>12,.0f}{size / 1e6 / row.seconds:>8.2f}{row.seconds / rows[0].seconds:>10.1f}"
        )
    print("\nkinds of which none is covered:")
    for row in rows:
        missed = [kind for kind in planted if not row.covered[kind]]
        print(f"  {row.name}: {len(missed)} of {len(planted)}")


if __name__ == "__main__":
    main()
