"""What ten wrapped servers and one shipper hold in memory."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from .recorder import KM, Recorder

PAIRS = 10
CALL = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}\n'


def memory_figures(km: Recorder, server: Sequence[str]) -> list[str]:
    """PSS of wrapper and guard, by pair; RSS of the shipper beside them, idle."""
    shipper = km.start_shipper()
    wrappers = [_start(km, server) for _ in range(PAIRS)]
    time.sleep(3.0)  # what starts, starts; the shipper has nothing left to do
    pairs = [sum(_kib(pid, "smaps_rollup", "Pss:") for pid in _pair(wrapper.pid)) / 1024 for wrapper in wrappers]
    rss = max(_kib(pid, "status", "VmRSS:") for pid in _family(shipper.pid)) / 1024
    for wrapper in wrappers:
        wrapper.communicate()
    return [
        f"wrapper and guard, PSS by pair, {PAIRS} at once: {mean(pairs):.1f} MB (largest {max(pairs):.1f})",
        f"shipper, RSS idle: {rss:.1f} MB",
    ]


def _start(km: Recorder, server: Sequence[str]) -> "subprocess.Popen[bytes]":
    command = [str(KM), "--", *server]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=km.environment)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(CALL)
    process.stdin.flush()
    process.stdout.readline()
    return process


def _pair(wrapper: int) -> list[int]:
    """The wrapper and the guard below it."""
    return [wrapper, *_children(wrapper)]


def _family(process: int) -> list[int]:
    return [process, *(found for child in _children(process) for found in _family(child))]


def _children(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _kib(pid: int, file: str, name: str) -> int:
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
