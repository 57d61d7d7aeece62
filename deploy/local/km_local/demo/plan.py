"""Which runs the demo makes, and the command line of each: client, tap, `km`, tap, server."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from km_local.demo.planted import Planted
from km_local.demo.taps import CLIENT_SIDE, SERVER_SIDE, tap_path

SCRIPTS = Path(__file__).with_name("traffic")
ERAS = {"modern": "auto", "legacy": "legacy"}
SERVERS = {
    "git": ("-m", "mcp_server_git"),
    "time": ("-m", "mcp_server_time"),
    "workshop": (str(SCRIPTS / "workshop.py"),),
}


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One launch of one server in one era; the name is unique in a demo."""

    name: str
    server: str
    mode: str


def planned_runs() -> tuple[PlannedRun, ...]:
    """Every server in both eras."""
    return tuple(PlannedRun(f"{server}-{era}", server, mode) for server in SERVERS for era, mode in ERAS.items())


def command_line(run: PlannedRun, folder: Path, python: Path) -> list[str]:
    """`python` is the MCP environment's; `km` is the one beside us."""
    km = str(Path(sys.executable).parent / "km")
    server = [str(python), *SERVERS[run.server]]
    behind = [*_tap(folder, run, SERVER_SIDE, python), *server]
    return [*_tap(folder, run, CLIENT_SIDE, python), km, "--server", run.server, "--", *behind]


def conversation(folder: Path, python: Path, km_home: Path, planted: Planted) -> dict[str, Any]:
    """What `traffic/conversation.py` reads."""
    return {
        "runs": [
            {"server": run.server, "mode": run.mode, "command": command_line(run, folder, python)}
            for run in planned_runs()
        ],
        "environment": {"KM_HOME": str(km_home), "PATH": os.environ["PATH"]},
        "repository": str(folder / "repository"),
        "secret": planted.github_token,
        "email": planted.email,
        "customer": planted.customer,
    }


def _tap(folder: Path, run: PlannedRun, side: str, python: Path) -> list[str]:
    return [str(python), "-I", "-S", str(SCRIPTS / "tap.py"), str(tap_path(folder, run.name, side)), "--"]
