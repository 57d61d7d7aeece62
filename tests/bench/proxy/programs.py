"""The C programs of the bench, compiled where it runs; and one run of the generator."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parent
NAMES = ("generator", "echo_server", "pass_through")
TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Programs:
    """Paths of what was compiled."""

    generator: Path
    echo_server: Path
    pass_through: Path


@dataclass(frozen=True, slots=True)
class Load:
    """`size` bytes a frame, so many calls, `window` of them in flight."""

    size: int
    calls: int
    window: int = 1
    escaped: bool = False


START_ONLY = Load(100, 0)


@dataclass(frozen=True, slots=True)
class Figures:
    """Microseconds, and frames a second of both directions."""

    first_reply: float
    p50: float
    p99: float
    rate: float


class GeneratorError(Exception):
    """The row gave no figures; the message says what the generator said."""


def compile_programs(folder: Path) -> Programs:
    """With the system's C compiler. Raises CalledProcessError, FileNotFoundError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        command = ["cc", "-O2", "-Wall", "-pthread", "-o", str(folder / name), str(SOURCES / f"{name}.c")]
        subprocess.run(command, check=True)
    return Programs(*(folder / name for name in NAMES))


def measure(
    programs: Programs, load: Load, command: Sequence[str], environment: Mapping[str, str], cpu: int | None
) -> Figures:
    """One run, in the folder of the environment's HOME; with `cpu`, all of it pinned there. Raises GeneratorError."""
    text = "escaped" if load.escaped else "plain"
    arguments = [str(programs.generator), str(load.size), str(load.calls), str(load.window), text, *command]
    folder = environment.get("HOME", "/")  # some peers leave files where they are started
    pin = (lambda: os.sched_setaffinity(0, {cpu})) if cpu is not None else None
    try:
        done = subprocess.run(
            arguments,
            capture_output=True,
            text=True,
            env=environment,
            cwd=folder,
            timeout=TIMEOUT,
            preexec_fn=pin,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GeneratorError(f"nothing within {TIMEOUT:.0f} s") from None
    if done.returncode:
        raise GeneratorError((done.stderr.strip().splitlines() or ["it failed in silence"])[-1])
    return Figures(*map(float, done.stdout.split()))
