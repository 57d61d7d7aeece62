"""`make bench-score`: how many frames of ordinary traffic one core scores, with all signals.

python -m tests.bench.score [--rounds N] [--profile]

The traffic is that of `tests/traffic` (recorded from real servers), sanitized before: one installation that does it all
on several days, with new runs each day. Every day says the same, which favours what is kept by text.

Figures are CPU time of this process; the floor is decoding and encoding the same events, the stage also reads
and writes the headers of records.
"""

import argparse
import cProfile
import gc
import pstats
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

import msgspec
from tests.traffic import recording

from km_schemas.codecs import decode, encode
from km_schemas.records import Event
from km_streams.engine.processor import SourceRecord
from km_streams.sanitize.testing import known_processor
from km_streams.score.bounds import forget_ended
from km_streams.score.fold import Scorer
from km_streams.score.processor import create
from km_streams.score.state import InstallationState, RunState
from km_streams.score.testing import as_source, known_scorer
from km_streams.score.transcript import Line, Reader

DAYS = 5
"""The first one is in no figure: it learns what the servers offer."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Events of one installation, in the order in which they happened."""

    records: list[SourceRecord]
    servers: dict[str, str]
    """Server by run."""


Work = Callable[[Traffic, InstallationState], None]

_SCORER: Final[Scorer] = known_scorer()
_STAGE: Final = create({})


def main() -> None:
    """Measure and print."""
    options = _options()
    days = _days()
    gc.freeze()  # a worker does not hold days of records for the collector to walk
    records, servers = days[0].records, set(days[0].servers.values())
    size = sum(len(record.value) for record in records) / len(records)
    print(f"{len(records)} frames a day of {len(servers)} servers, {size:.0f} bytes an event")
    if options.profile:
        _profile(days)
        return
    rows: dict[str, Work] = {"floor": _floor, "fold": _fold, "stage": _stage}
    rates: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(options.rounds):
        for name, work in rows.items():
            rates[name].append(_rate(work, days))
    floor = median(rates["floor"])
    for name, of_row in rates.items():
        rate = median(of_row)
        spread = f"{min(of_row):,.0f}-{max(of_row):,.0f}"
        print(
            f"{name:<6} {rate:>10,.0f} frames/s  {1e6 / rate:>6.1f} us a frame  {floor / rate:>5.1f} x floor  {spread}"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.score")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


def _days() -> list[Traffic]:
    lines = [msgspec.convert(line, Line) for name in recording.names() for line in recording.read(name)]
    sanitizer, reader = known_processor(), Reader()
    days = []
    for day in range(DAYS):
        records: list[SourceRecord] = []
        servers: dict[str, str] = {}
        for line in lines:
            later = msgspec.structs.replace(line, run=f"{line.run}/{day}", at=line.at + day * _DAY)
            raw = reader.record(later)
            records += [as_source(output, raw) for output in sanitizer.process(raw, None)]
            servers[dict(raw.headers)["ce_runid"].decode()] = line.server
        days.append(Traffic(records, servers))
    return days


def _rate(work: Work, days: list[Traffic]) -> float:
    state = InstallationState()
    work(days[0], state)
    before = time.process_time()
    for day in days[1:]:
        work(day, state)
    return sum(len(day.records) for day in days[1:]) / (time.process_time() - before)


def _begin(traffic: Traffic, state: InstallationState) -> None:
    """As if every run's beginning had just been seen, and those of the day before had ended long ago."""
    ids = list(traffic.servers)
    first_us = traffic.records[0].received_at_us
    for run in state.runs.values():
        run.ended_us = 0
    forget_ended(state, first_us)
    state.runs |= {id_: RunState(server=traffic.servers[id_], whole=True, last_us=first_us) for id_ in ids}


def _floor(traffic: Traffic, _state: InstallationState) -> None:
    for record in traffic.records:
        encode(decode(record.value, Event))


def _fold(traffic: Traffic, state: InstallationState) -> None:
    _begin(traffic, state)
    for record in traffic.records:
        encode(_SCORER.score(decode(record.value, Event), state))  # type: ignore[arg-type]


def _stage(traffic: Traffic, state: InstallationState) -> None:
    _begin(traffic, state)
    for record in traffic.records:
        _STAGE.process(record, state)


def _profile(days: list[Traffic]) -> None:
    state = InstallationState()
    _fold(days[0], state)
    profile = cProfile.Profile()
    profile.enable()
    for day in days[1:]:
        _fold(day, state)
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(70)


if __name__ == "__main__":
    main()
