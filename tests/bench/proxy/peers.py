"""Proxies that others publish, in a virtual environment of their own; each is left out where it does not install."""

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

INSTALL_SECONDS = 240.0

FASTMCP = """
import asyncio, sys
from fastmcp.client.transports import StdioTransport
from fastmcp.server import create_proxy
asyncio.run(create_proxy(StdioTransport(sys.argv[1], sys.argv[2:])).run_stdio_async(show_banner=False))
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """What to install, and the command in front of the server's: `bin` is the environment's folder of programs."""

    name: str
    requirement: str
    command: tuple[str, ...]


PEERS = (
    Peer("bulwark-mcp", "bulwark-mcp==0.4.2", ("{bin}/bulwark", "run", "--no-detector", "--server")),
    Peer("agentguard-mcp", "agentguard-mcp==0.2.0", ("{bin}/agentguard", "run", "--")),
    Peer("mcp-debugger", "mcp-debugger==0.1.1", ("{bin}/mcp-debugger", "proxy", "--server")),
    Peer("fastmcp", "fastmcp==4.1.2", ("{bin}/python", "-c", FASTMCP)),
)


def install(peer: Peer, folder: Path) -> list[str] | None:
    """The peer's command; None where it cannot be installed here."""
    place = folder / peer.name
    done = place / "installed"
    if not done.exists():
        venv.create(place, with_pip=False, clear=True)
        pip = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "-q", "install"]
        try:
            subprocess.run([*pip, peer.requirement], check=True, capture_output=True, timeout=INSTALL_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None
        done.touch()
    return [part.replace("{bin}", str(place / "bin")) for part in peer.command]


def environment(folder: Path) -> dict[str, str]:
    """Peers log into a home that is nobody's."""
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {"PATH": os.environ["PATH"], "HOME": str(home)}
