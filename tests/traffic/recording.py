"""Recordings: lines of `{"run", "server", "direction", "at", "frame"}`, as `km-streams score` reads them, zstd."""

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypedDict

import zstandard

FOLDER: Final = Path(__file__).parent / "recordings"
_SUFFIX: Final = ".jsonl.zst"
_LEVEL: Final = 19


class Line(TypedDict):
    """One frame of one run; `at` is RFC 3339 with six digits."""

    run: str
    server: str
    direction: str
    at: str
    frame: str


def write(name: str, lines: Iterable[Line]) -> None:
    """Store a recording under its session's name."""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path = FOLDER / f"{name}{_SUFFIX}"
    path.write_bytes(zstandard.ZstdCompressor(level=_LEVEL).compress(text.encode()))


def names() -> list[str]:
    """The sessions that were recorded."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in FOLDER.glob(f"*{_SUFFIX}"))


def read(name: str) -> Iterator[Line]:
    """The lines of a recording, in their order."""
    with zstandard.ZstdDecompressor().stream_reader((FOLDER / f"{name}{_SUFFIX}").read_bytes()) as stream:
        for line in io.TextIOWrapper(stream, encoding="utf-8", newline="\n"):
            yield json.loads(line)
