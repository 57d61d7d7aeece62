"""`km-streams worker STAGE`: one process runs one stage. `sanitize`, `rules`, `score`: without a broker."""

import asyncio
import os
import sys
from typing import BinaryIO
from uuid import UUID

import click

from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_streams.engine.errors import DependencyAwayError, RefusedError
from km_streams.sanitize import trial
from km_streams.sanitize.assembly import policy_from
from km_streams.sanitize.keyring import KeyRingError
from km_streams.sanitize.processor import SanitizeProcessor
from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.score.explanation import explained
from km_streams.score.fold import Scorer, scorer_of
from km_streams.score.ruleset import load_rules
from km_streams.score.settings import from_environment as score_settings
from km_streams.score.transcript import Transcript, TranscriptError, json_line, table_lines
from km_streams.settings import SettingsError, customer_from, from_environment, postgres_from
from km_streams.stages import STAGES
from km_streams.stored_events import stored_event
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


@main.command()
@click.argument("transcript", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for each line of the transcript.")
def score(transcript: BinaryIO, as_json: bool) -> None:
    """Score TRANSCRIPT (- for standard input) without a broker, through the sanitizer and the fold.

    Its lines are JSON: {"run", "server", "direction", "at", "frame"}; several runs of one installation may interleave.
    """
    reader = Transcript(SanitizeProcessor(DEFAULT_CUSTOMER_ID, _sanitizer()), _scorer())
    try:
        for run_name, scored in reader.scored(transcript):
            if as_json:
                click.echo(json_line(run_name, scored))
            else:
                for line in table_lines(run_name, scored):
                    click.echo(line)
    except TranscriptError as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.argument("run_id", type=click.UUID)
@click.argument("seq", type=click.IntRange(min=1))
def explain(run_id: UUID, seq: int) -> None:
    """Say in words why the event SEQ of the run RUN_ID has its score, with every reason, rule and threshold.

    Reads the read model (KM_POSTGRES_…, KM_CUSTOMER_ID) as a user that may read its views, such as km_query.
    """
    try:
        address, customer_id = postgres_from(os.environ), customer_from(os.environ)
        event = asyncio.run(stored_event(address, customer_id, str(run_id), seq))
    except (SettingsError, RefusedError) as error:
        raise click.ClickException(str(error)) from None
    except DependencyAwayError:
        raise click.ClickException(
            "the database does not answer; check KM_POSTGRES_HOST and KM_POSTGRES_PORT"
        ) from None
    if event is None:
        raise click.ClickException(f"the read model has no event {seq} of run {run_id}")
    for line in explained(event, load_rules()):
        click.echo("".join(character for character in line if character.isprintable()))


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


def _scorer() -> Scorer:
    try:
        return scorer_of(load_rules(), score_settings(os.environ).price)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def _sanitizer() -> Sanitizer:
    try:
        return trial.sanitizer_to_try(os.environ)
    except (SettingsError, KeyRingError) as error:
        raise click.ClickException(str(error)) from None
