"""Runs the demo's conversation with the MCP environment's Python and waits for its end."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from km_local.demo.plan import SCRIPTS, conversation
from km_local.demo.planted import Planted, plant
from km_local.processes.child import Command, run_to_end

TRAFFIC_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Traffic:
    """One demo's traffic: its folder holds the taps' records."""

    folder: Path
    planted: Planted


def new_traffic(demo: Path) -> Traffic:
    """A folder and secrets of its own for this time; both are private."""
    folder = demo / secrets.token_hex(6)
    folder.mkdir(mode=0o700, parents=True)
    return Traffic(folder, plant())


def run_traffic(traffic: Traffic, python: Path, km_home: Path, log: Path) -> None:
    """All planned runs; raises `ProcessError` when the conversation fails."""
    plan = traffic.folder / "plan.json"
    plan.touch(mode=0o600)
    plan.write_text(json.dumps(conversation(traffic.folder, python, km_home, traffic.planted)))
    script = SCRIPTS / "conversation.py"
    run_to_end(
        Command("the demo's traffic", (str(python), "-I", str(script), str(plan)), log, cwd=traffic.folder),
        TRAFFIC_SECONDS,
    )
