"""`km-streams worker STAGE`: one process runs one stage."""

import os
import sys

import click

from km_streams.settings import SettingsError, from_environment
from km_streams.stages import STAGES
from km_streams.worker import run


@click.group()
def main() -> None:
    """Stream processors of Kilometers."""


@main.command()
@click.argument("stage", type=click.Choice(sorted(STAGES)))
def worker(stage: str) -> None:
    """Run STAGE until SIGTERM. Everything else comes from the environment (KM_KAFKA_BOOTSTRAP, KM_POSTGRES_…)."""
    try:
        settings = from_environment(os.environ)
        make_stage = STAGES[stage](os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(run(settings, stage, make_stage))
