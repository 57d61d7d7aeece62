"""`km ship`: publish what is recorded, in front of the user."""

import argparse
import logging
import sys

from km.settings import Settings, SettingsError, load_settings
from km.shipper.main import Outcome, serve, ship_once


def ship(arguments: list[str]) -> int:
    """0 where everything is acknowledged, 1 where something is left."""
    parser = argparse.ArgumentParser(prog="km ship", description="Publish what km has recorded on this machine.")
    parser.add_argument("--once", action="store_true", help="until nothing is left, then say what was done")
    once = parser.parse_args(arguments).once
    logging.basicConfig(level=logging.WARNING, format="km: %(message)s")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        settings = load_settings()
        return _once(settings) if once else _serve(settings)
    except SettingsError as error:
        sys.stderr.write(f"km: {error}\n")
        return 1


def _serve(settings: Settings) -> int:
    serve(settings)
    return 0


def _once(settings: Settings) -> int:
    outcome = ship_once(settings)
    sys.stdout.write(_summary(settings, outcome) + "\n")
    problems = _problems(settings, outcome)
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
