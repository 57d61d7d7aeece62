"""When frames would have passed: a script asks without thinking, an agent takes some seconds before each request."""

import random
import uuid
from collections.abc import Iterable, Iterator
from typing import Final

import orjson
from tests.traffic.recording import Line

from km_schemas.timestamps import rfc3339

MEDIAN_SECONDS: Final = 4.0
SPREAD: Final = 0.8
BREAK_US: Final = 20 * 60 * 1_000_000
"""Between two sessions."""


def paced(noted: Iterable[dict[str, object]], start_us: int, chance: random.Random) -> Iterator[tuple[int, Line]]:
    """Each note as a line with its time in µs: as measured, plus a pause wherever the client had nothing in flight."""
    first_us: int | None = None
    added_us = 0
    in_flight: set[tuple[object, str]] = set()
    runs: dict[object, str] = {}
    for note in noted:
        at_us = note["at_us"]
        assert isinstance(at_us, int)
        first_us = at_us if first_us is None else first_us
        key, is_request, is_answer = _part(note)
        if is_request and not in_flight:
            added_us += int(chance.lognormvariate(0, SPREAD) * MEDIAN_SECONDS * 1_000_000)
        in_flight = in_flight | {key} if is_request else in_flight - {key} if is_answer else in_flight
        at_us += start_us - first_us + added_us
        run = runs.setdefault(note["run"], _run_id(at_us, chance))
        yield (
            at_us,
            Line(
                run=run,
                server=str(note["server"]),
                direction=str(note["direction"]),
                at=rfc3339(at_us),
                frame=str(note["frame"]),
            ),
        )


def _part(note: dict[str, object]) -> tuple[tuple[object, str], bool, bool]:
    try:
        frame = orjson.loads(str(note["frame"]))
    except orjson.JSONDecodeError:
        return (None, ""), False, False
    if not isinstance(frame, dict):
        return (None, ""), False, False
    is_client = note["direction"] == "client_to_server"
    key = (note["run"], orjson.dumps(frame.get("id")).decode())
    return key, is_client and "method" in frame and "id" in frame, not is_client and "method" not in frame


def _run_id(at_us: int, chance: random.Random) -> str:
    """A UUIDv7 (RFC 9562 §5.7) of that moment."""
    number = (at_us // 1000) << 80 | 7 << 76 | chance.getrandbits(12) << 64 | 2 << 62 | chance.getrandbits(62)
    return str(uuid.UUID(int=number))
