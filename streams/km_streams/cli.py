"""`km-streams worker STAGE`: one process runs one stage; `sanitize` and `rules`: the sanitizer without a broker."""

import os
import sys
from typing import BinaryIO

import click

from km_streams.sanitize import trial
from km_streams.sanitize.assembly import policy_from
from km_streams.sanitize.keyring import KeyRingError
from km_streams.sanitize.sanitizer import Sanitizer
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


@main.command()
@click.argument("frames", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: the sanitized frame and its findings.")
def sanitize(frames: BinaryIO, as_json: bool) -> None:
    """Sanitize FRAMES, a file of one frame a line (- for standard input), and say what was found where.

    Tokens are made with the key ring KM_KEYRING, or with a key of this call alone.
    """
    for number, sanitized in enumerate(trial.sanitized_lines(_sanitizer(), frames), start=1):
        if as_json:
            click.echo(trial.json_line(sanitized))
        else:
            for line in trial.table_lines(number, sanitized):
                click.echo(line)


@main.group()
def rules() -> None:
    """The rules of the sanitizer, with those of the file KM_SANITIZE_POLICY."""


@rules.command("list")
def list_rules() -> None:
    """Every rule: id and version, type, confidence, whose published format it is."""
    try:
        for line in trial.rule_lines(policy_from(os.environ).rules):
            click.echo(line)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@rules.command("test")
def test_rules() -> None:
    """Run every rule over its examples and near misses; exits 1 where one fails."""
    detector = _sanitizer().detector
    failed = list(trial.failed_examples(detector))
    for line in failed:
        click.echo(line)
    click.echo(f"{len(detector.rules.rules)} rules, {len(failed)} failed examples")
    sys.exit(bool(failed))


def _sanitizer() -> Sanitizer:
    try:
        return trial.sanitizer_to_try(os.environ)
    except (SettingsError, KeyRingError) as error:
        raise click.ClickException(str(error)) from None
