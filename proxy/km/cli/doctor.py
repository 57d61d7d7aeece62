"""`km doctor`: look at each part, and say what to do where it does not work."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from km.cli.checks.broker import check_broker
from km.cli.checks.client_paths import check_client_paths
from km.cli.checks.clock import check_clock
from km.cli.checks.folders import check_folders
from km.cli.checks.trial_run import check_trial_run
from km.cli.checks.verdict import Verdict, failed, ok, warning
from km.cli.client_choice import surroundings
from km.cli.command_line import command_line, home, km_command
from km.cli.spool_report import SpoolReport, report_spool
from km.cli.terminal import harmless, paint_for, print_json
from km.clients.registry import CLIENTS
from km.clients.survey import survey
from km.home import CONFIG_FILE, LOCK_FILE
from km.settings import Settings, SettingsError, load_settings
from km.shipper.lock import is_held


def doctor(arguments: list[str]) -> int:
    """0 where everything works, 1 where something failed; warnings change nothing."""
    parser = command_line(
        "doctor",
        "Check each part of km, and say what to do where it does not work.",
        ("km doctor", "km doctor --patience 60", "km doctor --json | jq '.checks[] | select(.level != \"ok\")'"),
        "0 where everything works, 1 where something failed; warnings change nothing",
    )
    parser.add_argument("--patience", type=float, default=15.0, metavar="SECONDS", help="for the test event (15)")
    options = parser.parse_args(arguments)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    verdicts = []
    for verdict in _verdicts(options.patience):
        verdicts.append(verdict)
        if not options.json:
            _say(verdict)
    if options.json:
        print_json({"checks": verdicts})
    return 1 if any(verdict.level == "failed" for verdict in verdicts) else 0


def _verdicts(patience: float) -> Iterator[Verdict]:
    folder, km = home(), km_command()
    folders = check_folders(folder)
    yield from folders
    spool = report_spool(folder)
    yield check_clock(datetime.now(UTC), max((run.started_at for run in spool.runs), default=None))
    yield from check_client_paths(survey(CLIENTS, surroundings(None), frozenset(("user", "project"))), km)
    yield from _check_spool(spool)
    try:
        settings = load_settings()
    except SettingsError as error:
        yield failed("configuration", str(error), "km init writes one; without it runs are recorded, not published")
        return
    except OSError as error:
        yield failed("configuration", f"{folder} cannot be used: {error.strerror}", "see the folders above")
        return
    yield ok("configuration", f"{folder / CONFIG_FILE}: kafka://{settings.kafka}")
    yield from _publishing(settings, km, patience)


def _publishing(settings: Settings, km: Path | None, patience: float) -> Iterator[Verdict]:
    """What needs a broker; the test event only where there is hope."""
    verdicts = asyncio.run(check_broker(settings))
    yield from verdicts
    if km is None:
        yield failed("test event", "the command km is not beside its interpreter and not on PATH", "install km again")
    elif all(verdict.level == "ok" for verdict in verdicts):
        yield check_trial_run(settings, km, patience)
    yield _check_shipper(settings)


def _check_spool(spool: SpoolReport) -> Iterator[Verdict]:
    lost_bytes, lost_chunks = sum(run.lost_bytes for run in spool.runs), sum(run.lost_chunks for run in spool.runs)
    if lost_chunks:
        says = f"{lost_bytes:,} bytes in {lost_chunks:,} chunks passed without being recorded"
        yield warning("spool", says, "make room, or let more wait (spool.max_bytes); the losses are published too")
    if counted := [run for run in spool.runs if run.only_counted]:
        says = f"{len(counted)} runs could not be recorded at all, the latest because: {counted[-1].only_counted}"
        yield warning("spool", says, "see what is said of the folders; their losses are published once they can be")
    if expired := sum(run.expired_frames for run in spool.runs):
        do = "see what the checks of broker and shipper say; spool.max_age_days is how long frames may wait"
        yield warning("spool", f"{expired:,} frames waited too long to be published and are given up", do)
    for each in spool.unreadable:
        do = "update km if another version wrote it; else move the folder away"
        yield failed("spool", f"{each.path} cannot be read and is kept: {each.reason}", do)
    if not lost_chunks and not counted and not expired and not spool.unreadable:
        yield ok("spool", f"{len(spool.runs)} runs, no losses")


def _check_shipper(settings: Settings) -> Verdict:
    if is_held(settings.home / LOCK_FILE):
        return ok("shipper", "running")
    spool = report_spool(settings.home)
    if spool.unshipped_since is None:
        return ok("shipper", "not running, as nothing waits; it starts with the next run")
    says = f"not running, though something waits since {spool.unshipped_since:%Y-%m-%d %H:%M:%S} UTC"
    return warning("shipper", says, "it starts with the next run; km ship --once publishes now")


def _say(verdict: Verdict) -> None:
    paint = paint_for(sys.stdout)
    mark, colour = {"ok": ("ok", "green"), "warning": ("!!", "yellow"), "failed": ("NO", "red")}[verdict.level]
    print(f"{paint(mark, colour)} {paint(verdict.check, 'bold')}: {harmless(verdict.says)}")
    if verdict.do:
        print(f"   → {harmless(verdict.do)}")
    sys.stdout.flush()
