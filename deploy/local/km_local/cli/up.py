"""`km-local up`: the whole system without traffic of its own."""

import os
import signal
from pathlib import Path

import click
from rich.console import Console

from km_local.cli.narration import ConsoleNarrator
from km_local.stack.running import running_stack
from km_local.stack.tasks import StackPlan


@click.command()
def up() -> None:
    """Start everything and stay until Ctrl-C."""
    with ConsoleNarrator(Console()) as narrator, running_stack(Path.cwd(), os.environ, narrator) as plan:
        narrator.say(addresses(plan))
        wait_for_interrupt()


def addresses(plan: StackPlan) -> str:
    """What a person needs to use the stack."""
    return "\n".join(
        (
            "",
            f"Dashboard   {plan.address}",
            f"Token       {plan.folders.token.read_text().strip()}",
            f"Kafka       {plan.bootstrap}",
            f"Postgres    127.0.0.1:{plan.ports['postgres']} (passwords in {plan.folders.secrets})",
            f"Logs        {plan.folders.logs}",
            f"Your server KM_HOME={plan.folders.km_home} km -- your-server",
            "",
            "Ctrl-C ends everything.",
        )
    )


def wait_for_interrupt() -> None:
    """Return never: Ctrl-C and SIGTERM raise KeyboardInterrupt."""
    while True:
        signal.pause()
