"""Checkouts of their own for whole stacks: our sources by reference, everything that runs apart."""

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from km_local.stack.folders import Folders
from km_local.stack.mcp_environment import ensure_mcp_environment

CHECKOUT = Path(__file__).parents[3]
KM_LOCAL = str(Path(sys.executable).with_name("km-local"))


@pytest.fixture(scope="session")
def mcp_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout's own environment of the MCP client and servers, made once."""
    ours = Folders(CHECKOUT)
    ours.cache.mkdir(parents=True, exist_ok=True)
    with (ours.cache / "mcp-environment.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_mcp_environment(ours.mcp_environment, ours.mcp_lock, tmp_path_factory.mktemp("mcp") / "log")
    return ours.mcp_environment


@pytest.fixture
def new_checkout(tmp_path: Path, mcp_environment: Path) -> Iterator[Callable[[str], Path]]:
    """Makes folders that `km-local` takes for checkouts; what their stacks keep is removed afterwards."""
    made: list[Path] = []

    def make(name: str) -> Path:
        folder = tmp_path / name
        (folder / ".km").mkdir(parents=True)
        for shared in ("services", "requirements-mcp.lock", ".km/cache"):
            (folder / shared).symlink_to(CHECKOUT / shared)
        (folder / ".venv-mcp").symlink_to(mcp_environment)
        made.append(folder)
        return folder

    yield make
    for folder in made:
        subprocess.run([KM_LOCAL, "clean"], cwd=folder, check=True)


@pytest.fixture
def km_local() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `km-local` in a checkout; whatever a test leaves running is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(checkout: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("KM_")}
        process = subprocess.Popen(
            [KM_LOCAL, *arguments],
            cwd=checkout,
            env=inherited | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A loopback port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
