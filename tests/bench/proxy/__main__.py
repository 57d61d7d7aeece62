"""`make bench-proxy`: what `km` adds to a call, costs in memory, and ships. Ratios are of one run, rows interleaved.

python -m tests.bench.proxy [--rounds N] [--calls N] [--no-peers] [--only latency,flight,start,memory,shipping,outage]
[--outage-minutes M]
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from . import peers
from .memory import memory_figures
from .programs import START_ONLY, Figures, GeneratorError, Load, Programs, compile_programs, measure
from .recorder import KM, Recorder, recorder
from .shipping import outage_figures, shipping_figures

STATE = Path(__file__).parents[3] / ".km"
PARTS = ("latency", "flight", "start", "memory", "shipping", "outage")
PINNED = max(os.sched_getaffinity(0))

LATENCY = {
    "100 B": Load(100, 4000), "1 KB": Load(1024, 4000), "16 KB": Load(16384, 2000),
    "1 KB escaped": Load(1024, 4000, escaped=True), "16 KB escaped": Load(16384, 2000, escaped=True),
}  # fmt: skip
FLIGHT = {"100 B": Load(100, 200_000, window=64), "16 KB": Load(16384, 10_000, window=64)}
SLOW_SHARE = 10
"""Peers get so many times fewer calls: the slowest need milliseconds for one."""
STARTS = 15


@dataclass(slots=True)
class Row:
    """One way from the generator to the echo server."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    recorder: Recorder | None = None
    is_peer: bool = False
    figures: list[Figures] = field(default_factory=list)


def main() -> None:
    """Measure and print."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="km-bench-"))
    try:
        programs = compile_programs(STATE / "bench-programs")
        with recorder(folder, STATE / "cache") as km:
            rows = _rows(programs, km, with_peers=options.peers)
            if "latency" in options.only:
                _latency(programs, rows, options.rounds, options.calls)
            if "flight" in options.only:
                _flight(programs, rows, options.rounds)
            if "start" in options.only:
                _starts(programs, rows)
            km.forget()
            if "memory" in options.only:
                _print_lines("Memory", memory_figures(km, [str(programs.echo_server)]))
            if "shipping" in options.only:
                _print_lines("Shipper", shipping_figures(km))
            if "outage" in options.only:
                _print_lines("Broker away", outage_figures(km, options.outage_minutes))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-proxy", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=0, help="a round, in place of each load's own number")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--outage-minutes", type=float, default=1.0)
    parser.add_argument("--only", type=lambda text: text.split(","), default=PARTS)
    return parser.parse_args()


def _rows(programs: Programs, km: Recorder, *, with_peers: bool) -> list[Row]:
    echo, plain = str(programs.echo_server), {"PATH": os.environ["PATH"]}
    rows = [
        Row("direct", [echo], plain),
        Row("C pass-through", [str(programs.pass_through), echo], plain),
        Row("km", [str(KM), "--", echo], km.environment, km),
    ]
    for peer in peers.PEERS if with_peers else ():
        command = peers.install(peer, STATE / "bench-peers")
        if command is None:
            print(f"{peer.name}: not installable here, left out")
        else:
            environment = peers.environment(STATE / "bench-peers")
            rows.append(Row(peer.name, [*command, echo], environment, is_peer=True))
    return rows


def _run(programs: Programs, row: Row, load: Load, cpu: int | None) -> Figures | None:
    if row.recorder:
        row.recorder.start_shipper()
    if row.is_peer:
        load = Load(load.size, load.calls // SLOW_SHARE, load.window, load.escaped)
    try:
        figures = measure(programs, load, row.command, row.environment, cpu)
    except GeneratorError as error:
        print(f"  {row.name}: {error}", file=sys.stderr)
        return None
    if row.recorder:
        row.recorder.wait_until_drained()
    return figures


def _rounds(programs: Programs, rows: list[Row], load: Load, rounds: int, cpu: int | None) -> dict[str, list[Figures]]:
    """Interleaved; of each row as many figures as rounds, or none where one failed."""
    found: dict[str, list[Figures]] = {row.name: [] for row in rows}
    failed: set[str] = set()
    for _ in range(rounds):
        for row in rows:
            figures = None if row.name in failed else _run(programs, row, load, cpu)
            if figures is None:
                failed.add(row.name)
            else:
                found[row.name].append(figures)
    return {name: figures for name, figures in found.items() if name not in failed}


def _latency(programs: Programs, rows: list[Row], rounds: int, calls: int) -> None:
    for place, cpu in (("client, proxy, server pinned to one CPU", PINNED), ("free-running", None)):
        print(f"\nAdded to a round trip, µs p50/p99 ({place}); × the floor's p50")
        for name, load in LATENCY.items():
            used = Load(load.size, calls or load.calls, load.window, load.escaped)
            found = _rounds(programs, rows, used, rounds, cpu)
            direct = found.pop("direct")
            print(f"  {name:14} direct {median(f.p50 for f in direct):6.1f}", end="")
            floor = _added(found["C pass-through"], direct)[0]
            for row, figures in found.items():
                p50, p99 = _added(figures, direct)
                print(f" | {row} {p50:.1f}/{p99:.0f} ({p50 / floor:.2f}×)", end="", flush=True)
            print(flush=True)


def _added(figures: list[Figures], direct: list[Figures]) -> tuple[float, float]:
    """Medians over the rounds of what a row took more than direct in the same round."""
    pairs = list(zip(figures, direct, strict=True))
    return median(a.p50 - b.p50 for a, b in pairs), median(a.p99 - b.p99 for a, b in pairs)


def _flight(programs: Programs, rows: list[Row], rounds: int) -> None:
    print("\n64 in flight, thousand frames a second, both directions")
    for name, load in FLIGHT.items():
        found = _rounds(programs, rows, load, rounds, None)
        print(f"  {name:14}" + " | ".join(f"{n} {median(f.rate for f in fs) / 1e3:.1f}" for n, fs in found.items()))


def _starts(programs: Programs, rows: list[Row]) -> None:
    found = _rounds(programs, rows, START_ONLY, STARTS, None)
    print(f"\nFrom exec to the first reply, ms: median (shortest) of {STARTS}")
    texts = [f"{n} {median(times):.1f} ({min(times):.1f})" for n, fs in found.items() if (times := _first(fs))]
    print("  " + " | ".join(texts), flush=True)


def _first(figures: list[Figures]) -> list[float]:
    return [each.first_reply / 1e3 for each in figures]


def _print_lines(title: str, lines: Sequence[str]) -> None:
    print(f"\n{title}")
    for line in lines:
        print(f"  {line}", flush=True)


main()
