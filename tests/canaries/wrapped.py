"""Runs of the real wrapper that carry canaries: echo servers, and a client that cuts what it sends inside of values."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from km.settings import write_config
from km_local.stack.shipper import stop_shipper

from .carriers import arguments_of, carriers, folder_of, server_name_of, stderr_of
from .making import Canary

KM: Final = Path(sys.executable).with_name("km")
DEADLINE_SECONDS: Final = 120.0
CANARIES_PER_RUN: Final = 25
_SERVER: Final = """
import os, sys

def write(stream, data, step):
    for at in range(0, len(data), step):
        piece = data[at:at + step]
        while piece:
            piece = piece[os.write(stream, piece):]

with open(sys.argv[1], "rb") as said:
    write(2, said.read(), 37)
while chunk := os.read(0, 1 << 16):
    write(1, chunk, 1 << 16)
"""


class WrapperError(Exception):
    """A run of the wrapper did not do what it must; the message holds nothing that was sent."""


@dataclass(slots=True)
class Installation:
    """One home of `km`, and what ran in it."""

    folder: Path
    bootstrap: str
    prefix: str
    chance: random.Random
    sent: int = 0
    """Lines that were written to servers; each came back."""
    runs: int = 0
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "KM_HOME": str(self.home)}
        write_config(self.home, self.bootstrap, self.prefix)
        (self.folder / "server.py").write_text(_SERVER)

    @property
    def home(self) -> Path:
        """`KM_HOME`."""
        return self.folder / "km-home"

    def send(self, canaries: Sequence[Canary]) -> None:
        """Send all canaries in all ways, some in each run."""
        for at in range(0, len(canaries), CANARIES_PER_RUN):
            self._run(list(canaries[at : at + CANARIES_PER_RUN]))

    def ship(self) -> None:
        """Publish what is left, and have no process of this home behind."""
        done = subprocess.run(
            [str(KM), "ship", "--once"],
            check=False,
            env=self.environment,
            capture_output=True,
            timeout=DEADLINE_SECONDS,
        )
        stop_shipper(self.home)
        if done.returncode:
            raise WrapperError(f"km ship --once ended with {done.returncode}")

    def _run(self, canaries: list[Canary]) -> None:
        self.runs += 1
        said = self.folder / f"stderr-{self.runs}"
        said.write_bytes(stderr_of(canaries))
        cwd = self.folder / "work" / folder_of(canaries)
        cwd.mkdir(parents=True, exist_ok=True)
        name = server_name_of(canaries)
        options = ["--server", name] if name else []
        server = [sys.executable, "-I", "-S", str(self.folder / "server.py"), str(said), *arguments_of(canaries)]
        with subprocess.Popen(
            [str(KM), *options, "--", *server],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment,
            cwd=cwd,
            start_new_session=True,
            bufsize=0,
        ) as process:
            try:
                self._talk(process, canaries)
            finally:
                if process.poll() is None:
                    process.kill()
        if process.returncode:
            raise WrapperError(f"km ended with {process.returncode}")

    def _talk(self, process: "subprocess.Popen[bytes]", canaries: list[Canary]) -> None:
        """Lock-step: no piece is written before the one before it has come back, so that each is a chunk of its own."""
        assert process.stdin is not None
        assert process.stdout is not None
        for number, canary in enumerate(canaries, 1):
            for _, line in carriers(canary, number):
                self.sent += 1
                for piece in self._pieces(line, canary):
                    process.stdin.write(piece)
                    _read_back(process.stdout.fileno(), piece)
        process.stdin.close()
        process.wait(DEADLINE_SECONDS)

    def _pieces(self, line: bytes, canary: Canary) -> Iterator[bytes]:
        """The line cut in the middle of the value, where that stands in it, and at one place of chance."""
        at = line.find(canary.value.encode())
        cuts = {self.chance.randrange(1, len(line))}
        if at >= 0:
            cuts.add(at + max(1, len(canary.value.encode()) // 2))
        ends = [*sorted(cuts), len(line)]
        for start, end in zip([0, *ends], ends, strict=False):
            if end > start:
                yield line[start:end]


def _read_back(source: int, sent: bytes) -> None:
    came = b""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while len(came) < len(sent):
        chunk = os.read(source, len(sent) - len(came))
        if not chunk or time.monotonic() > deadline:
            raise WrapperError("the server's echo ended early")
        came += chunk
    if came != sent:
        raise WrapperError("the wrapper changed what passed")
