"""`km status`: which servers of this machine are recorded, what runs now, what waits."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from km.cli.client_choice import add_project, coverage_words, named, surroundings
from km.cli.command_line import command_line, home
from km.cli.spool_report import RunReport, SpoolReport, UnreadableRun, report_spool
from km.cli.terminal import Paint, harmless, paint_for, print_json
from km.clients.registry import CLIENTS
from km.clients.survey import Configuration, survey
from km.home import LOCK_FILE
from km.settings import SettingsError, load_settings
from km.shipper.lock import is_held
from km.spool.budget import spool_limit


class ServerStatus(Struct, frozen=True):
    """One server of one configuration."""

    client: str
    path: str
    scope: str
    name: str
    coverage: str
    project: str = ""
    """Of a file that describes servers for several projects."""


class LeftAlone(Struct, frozen=True):
    """A configuration that says nothing, and why."""

    client: str
    path: str
    reason: str


class Status(Struct, frozen=True):
    """All that `--json` says."""

    home: str
    installation_id: str
    destination: str
    configuration_problem: str
    shipper_running: bool
    spool_bytes: int
    spool_limit_bytes: int
    """Beyond, nothing is recorded."""
    unshipped_since: datetime | None
    lost_bytes: int
    lost_chunks: int
    expired_bytes: int
    expired_frames: int
    runs: list[RunReport]
    unreadable_runs: list[UnreadableRun]
    servers: list[ServerStatus]
    left_alone: list[LeftAlone]


def status(arguments: list[str]) -> int:
    """Always 0: what is wrong, and what to do about it, is `km doctor`'s to say."""
    parser = command_line(
        "status",
        "Which servers are recorded, what runs now, what waits to be published, what was lost.",
        ("km status", "km status --project ~/shop", "km status --json | jq .lost_bytes"),
        "0: what is wrong, and what to do about it, is km doctor's to say",
    )
    add_project(parser, "look into the folder of this project for configurations (default: the working folder)")
    options = parser.parse_args(arguments)
    found = survey(CLIENTS, surroundings(options.project), frozenset(("user", "project")))
    made = _status(home(), report_spool(home()), found)
    if options.json:
        print_json(made)
    else:
        _say(made, paint_for(sys.stdout))
    return 0


def _status(folder: Path, spool: SpoolReport, found: list[Configuration]) -> Status:
    installation_id, destination, problem = _destination()
    return Status(
        home=str(folder),
        installation_id=installation_id,
        destination=destination,
        configuration_problem=problem,
        shipper_running=is_held(folder / LOCK_FILE),
        spool_bytes=sum(run.bytes for run in spool.runs),
        spool_limit_bytes=spool_limit(str(folder), os.environ),
        unshipped_since=spool.unshipped_since,
        lost_bytes=sum(run.lost_bytes for run in spool.runs),
        lost_chunks=sum(run.lost_chunks for run in spool.runs),
        expired_bytes=sum(run.expired_bytes for run in spool.runs),
        expired_frames=sum(run.expired_frames for run in spool.runs),
        runs=list(spool.runs),
        unreadable_runs=list(spool.unreadable),
        servers=[
            ServerStatus(
                each.client.name, str(each.path), each.place.scope, server.name, server.coverage.value, server.project
            )
            for each in found
            for server in each.servers
        ],
        left_alone=[LeftAlone(each.client.name, str(each.path), each.trouble) for each in found if each.trouble],
    )


def _destination() -> tuple[str, str, str]:
    try:
        settings = load_settings()
    except SettingsError as error:
        return "", "", str(error)
    return settings.installation.installation_id, f"kafka://{settings.kafka}", ""


def _say(made: Status, paint: Paint) -> None:
    _say_servers(made, paint)
    print(paint("Runs now", "bold"))
    running = [run for run in made.runs if run.running]
    for run in running:
        unrecorded = paint(f"  not recorded: {run.only_counted}", "red") if run.only_counted else ""
        print(f"  {harmless(run.server)}  {run.run_id}  since {_ago(run.started_at)}{unrecorded}")
    if not running:
        print("  none")
    _say_spool(made, paint)


def _say_servers(made: Status, paint: Paint) -> None:
    print(paint("Servers", "bold"))
    for server in made.servers:
        words = coverage_words(server.coverage, paint)
        name = named(server.name, server.project)
        print(f"  {name}  {words}  ({server.client}: {harmless(server.path)})")
    if not made.servers:
        print("  none configured in an AI client")
    for file in made.left_alone:
        print(paint(f"  {harmless(file.path)} is left alone: {harmless(file.reason)}", "red"))


def _say_spool(made: Status, paint: Paint) -> None:
    print(paint("Spool", "bold"))
    size, limit = made.spool_bytes / 1_000_000, made.spool_limit_bytes / 1_000_000
    print(f"  {size:,.1f} MB of at most {limit:,.0f} MB in {harmless(made.home)}, {len(made.runs)} runs")
    if made.unshipped_since:
        print(f"  oldest record not published: {_ago(made.unshipped_since)}")
    if made.lost_chunks:
        print(paint(f"  passed unrecorded: {made.lost_bytes:,} bytes in {made.lost_chunks:,} chunks", "red"))
    counted = [run for run in made.runs if run.only_counted]
    if counted:
        latest = f"the latest {_ago(counted[-1].started_at)}: {counted[-1].only_counted}"
        print(paint(f"  runs that could not be recorded at all: {len(counted)} ({latest})", "red"))
    if made.expired_frames:
        print(paint(f"  given up after waiting too long: {made.expired_frames:,} frames", "red"))
    for each in made.unreadable_runs:
        print(paint(f"  cannot be read and is kept: {harmless(each.path)}: {harmless(each.reason)}", "red"))
    print(f"  shipper: {'running' if made.shipper_running else 'not running (it starts with the next run)'}")
    problem = paint(f"none: {harmless(made.configuration_problem)}", "yellow")
    print(f"  destination: {harmless(made.destination) or problem}")


def _ago(moment: datetime) -> str:
    seconds = max(0, round((datetime.now(UTC) - moment).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit} ago"
    return f"{seconds} s ago"
