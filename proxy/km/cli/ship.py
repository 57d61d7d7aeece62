"""`km ship`: publish what is recorded, in front of the user."""

import logging
import sys

from km.cli.command_line import command_line
from km.cli.progress_bar import ProgressBar
from km.cli.terminal import print_json
from km.settings import Settings, SettingsError, load_settings
from km.shipper.main import Outcome, serve, ship_once


def ship(arguments: list[str]) -> int:
    """0 where everything is acknowledged, 1 where something is left."""
    parser = command_line(
        "ship",
        "Publish what km has recorded on this machine. Where the background process is at it, see it done.",
        ("km ship --once", "km ship --once --json"),
        "0 where everything is acknowledged, 1 where something is left, which stays",
    )
    parser.add_argument("--once", action="store_true", help="until nothing is left, then say what was done")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="km: %(message)s")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        settings = load_settings()
        return _once(settings, as_json=options.json) if options.once else _serve(settings)
    except SettingsError as error:
        sys.stderr.write(f"km: {error}\n")
        return 1


def _serve(settings: Settings) -> int:
    serve(settings)
    return 0


def _once(settings: Settings, *, as_json: bool) -> int:
    bar = ProgressBar()
    outcome = ship_once(settings, bar)
    bar.clear()
    problems = _problems(settings, outcome)
    if as_json:
        print_json({"destination": settings.kafka, "shipped": outcome.shipped, "problems": problems})
    else:
        sys.stdout.write(_summary(settings, outcome) + "\n")
        sys.stderr.write("".join(f"km: {problem}\n" for problem in problems))
    return 1 if problems else 0


def _summary(settings: Settings, outcome: Outcome) -> str:
    shipped = outcome.shipped
    return (
        f"{shipped.records} records ({shipped.value_bytes} bytes) acknowledged by Kafka at {settings.kafka}, "
        f"{shipped.runs_ended} runs complete"
    )


def _problems(settings: Settings, outcome: Outcome) -> list[str]:
    problems = []
    if outcome.error:
        problems.append(f"{outcome.error}; what is left stays in {settings.spool}")
    if outcome.runs_refused:
        problems.append(f"{outcome.runs_refused} runs in {settings.spool} cannot be read and are kept")
    return problems
