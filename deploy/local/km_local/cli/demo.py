"""`km-local demo`: the whole system with real traffic, and with `--once` the checks of it."""

import asyncio
import os
import sys
from pathlib import Path

import click
from rich.console import Console

from km_local.cli.narration import ConsoleNarrator
from km_local.cli.up import addresses, wait_for_interrupt
from km_local.demo.checks import Check
from km_local.demo.examination import examine
from km_local.demo.read_model import Freshness, Totals
from km_local.demo.traffic_run import Traffic, new_traffic, run_traffic
from km_local.demo.witness import Witness
from km_local.processes.tasks import Step
from km_local.stack.folders import Folders
from km_local.stack.mcp_environment import ensure_mcp_environment
from km_local.stack.running import running_stack
from km_local.stack.tasks import StackPlan


@click.command()
@click.option("--once", is_flag=True, help="Check what the traffic left, then end with status 0 or 1.")
def demo(*, once: bool) -> None:
    """Start everything, run real MCP traffic through km, print what was recorded; stay until Ctrl-C."""
    folders = Folders(Path.cwd())
    console = Console()
    with (
        ConsoleNarrator(console) as narrator,
        running_stack(folders.checkout, os.environ, narrator, [_mcp_environment(folders)]) as plan,
    ):
        held = _show(plan, narrator, check=once)
        if not once:
            narrator.say(addresses(plan))
            wait_for_interrupt()
    sys.exit(0 if held else 1)


def _mcp_environment(folders: Folders) -> Step:
    log = folders.log("mcp-environment")
    return Step(
        "mcp environment", lambda: _ignore(ensure_mcp_environment(folders.mcp_environment, folders.mcp_lock, log))
    )


def _ignore(_path: Path) -> None:
    """A step has no result."""


def _show(plan: StackPlan, narrator: ConsoleNarrator, *, check: bool) -> bool:
    """Traffic, summary, and the checks when they are asked for; whether they all held."""
    witness = Witness(plan.provisioning)
    traffic = new_traffic(plan.folders.demo)
    marks = asyncio.run(witness.mark())
    with narrator.doing("traffic"):  # outside of any event loop, so that Ctrl-C ends it at once
        run_demo_traffic(plan, traffic)
    with narrator.doing("arrival in the read models"):
        arrived = asyncio.run(witness.wait_for(traffic.folder, marks))
    narrator.say(summary(*asyncio.run(witness.figures(arrived))))
    if not check:
        return True
    with narrator.doing("checks"):
        checks = asyncio.run(examine(plan, traffic, witness, arrived))
    for each in checks:
        narrator.say(sentence(each))
    return all(each.held for each in checks)


def run_demo_traffic(plan: StackPlan, traffic: Traffic) -> None:
    """The conversation, by the MCP environment's Python."""
    python = plan.folders.mcp_environment / "bin" / "python"
    run_traffic(traffic, python, plan.folders.km_home, plan.folders.log("traffic"))


def summary(sums: Totals, fresh: Freshness) -> str:
    """What was recorded, in a few lines."""
    risk = f"{sums.highest_risk} of 100 at most, {sums.risky_frames} frames of level low or above"
    waits = f"p50 {fresh.p50:.2f} s, p99 {fresh.p99:.2f} s, max {fresh.longest:.2f} s"
    lines = (
        "",
        f"Runs        {sums.runs}",
        f"Frames      {sums.frames}",
        f"Calls       {sums.calls}",
        f"Redactions  {sums.redactions}",
        f"Risk        {risk}",
        f"Freshness   {waits}, from a frame's last byte to its committed row",
        "",
    )
    return "\n".join(lines)


def sentence(check: Check) -> str:
    """One line for one check."""
    return f"{'✓' if check.held else '✗ FAILED:'} {check.name}: {check.numbers}"
