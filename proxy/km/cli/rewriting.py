"""What `km wrap` and `km unwrap` share: choose configurations, show what changes, change it."""

import argparse
import difflib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec import Struct

from km.cli.client_choice import add_clients, add_project, coverage_words, named, surroundings
from km.cli.command_line import command_line, home
from km.cli.masking import masked
from km.cli.terminal import complain, harmless, paint_for, print_json
from km.clients.backup import Backup
from km.clients.client import Client, Scope
from km.clients.guarded_file import LeftAloneError
from km.clients.registry import CLIENTS
from km.clients.rewrite import Plan
from km.clients.survey import Configuration, servers_of, survey

_BOTH: Final[frozenset[Scope]] = frozenset(("user", "project"))
_USER: Final[frozenset[Scope]] = frozenset(("user",))


class ServerReport(Struct, frozen=True, omit_defaults=True):
    """One server, as it is afterwards."""

    name: str
    coverage: str
    project: str = ""
    """Of a file that describes servers for several projects."""


class FileReport(Struct, frozen=True, omit_defaults=True):
    """One configuration."""

    client: str
    path: str
    scope: str
    changed: bool
    servers: list[ServerReport]
    left_alone: str = ""
    diff: str = ""
    backup: str = ""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """One of the two commands."""

    name: str
    description: str
    plan: Callable[[Configuration], Plan]
    carry_out: Callable[[Plan], None]
    also: tuple[Path, ...] = ()
    """Configurations that are looked at wherever they stand."""


def rewrite(command: Rewriting, arguments: list[str]) -> int:
    """0 where everything is as wanted, 1 where a file is left alone or a named client has none, 2 for usage."""
    options = _parse(command, arguments)
    clients = [client for client in CLIENTS if not options.client or client.name in options.client]
    scopes = _BOTH if options.project else _USER
    reports = [
        _report(command, configuration, dry_run=options.dry_run)
        for configuration in survey(clients, surroundings(options.project), scopes, command.also)
        if configuration.servers or configuration.trouble
    ]
    if options.json:
        print_json({"dry_run": options.dry_run, "files": reports})
    else:
        _say(reports, options)
    missing = _missing(clients, reports) if options.client else []
    for client in missing:
        complain(f"{client.title} has no server configured here")
    return 1 if missing or any(report.left_alone for report in reports) else 0


def _parse(command: Rewriting, arguments: list[str]) -> argparse.Namespace:
    parser = command_line(
        command.name,
        command.description,
        (f"km {command.name} --dry-run", f"km {command.name} cursor goose", f"km {command.name} --project ~/shop"),
        "0 where all is as wanted; 1 where a file is left alone or a named client has none; 2 for an unknown client",
    )
    add_clients(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    add_project(parser, "also the files in the folder of a project, which others may share (default: this one)")
    options = parser.parse_args(arguments)
    known = {client.name for client in CLIENTS}
    if unknown := sorted(set(options.client) - known):
        parser.error(f"unknown client {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    return options


def _report(command: Rewriting, configuration: Configuration, *, dry_run: bool) -> FileReport:
    plan, trouble = command.plan(configuration), ""
    if plan.changes and not dry_run:
        try:
            command.carry_out(plan)
        except LeftAloneError as error:
            trouble = str(error)
    left_alone = plan.trouble or trouble
    after = plan.after if not left_alone else configuration.content
    backup = Backup(home(), configuration.path).original
    return FileReport(
        client=configuration.client.name,
        path=str(configuration.path),
        scope=configuration.place.scope,
        changed=plan.changes and not left_alone and not dry_run,
        servers=_servers(configuration, after) if not configuration.trouble else [],
        left_alone=left_alone,
        diff=masked(_diff(configuration, after)) if dry_run else "",
        backup=str(backup) if backup.exists() else "",
    )


def _servers(configuration: Configuration, after: bytes) -> list[ServerReport]:
    if not after.strip():
        return []
    found = servers_of(configuration.client, configuration.place, after.decode())
    return [ServerReport(server.name, server.coverage.value, server.project) for server in found]


def _diff(configuration: Configuration, after: bytes) -> str:
    before, path = configuration.content.decode(errors="replace"), str(configuration.path)
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.decode(errors="replace").splitlines(keepends=True), path, path, n=2
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _missing(clients: list[Client], reports: list[FileReport]) -> list[Client]:
    found = {report.client for report in reports}
    return [client for client in clients if client.name not in found]


def _say(reports: list[FileReport], options: argparse.Namespace) -> None:
    paint = paint_for(sys.stdout)
    titles = {client.name: client.title for client in CLIENTS}
    for report in reports:
        print(paint(f"{titles[report.client]}", "bold"), harmless(report.path))
        for server in report.servers:
            print(f"  {named(server.name, server.project)}: {coverage_words(server.coverage, paint)}")
        if report.left_alone:
            print(paint(f"  left alone: {harmless(report.left_alone)}", "red"))
        for line in report.diff.splitlines():
            print(paint(harmless(line), {"+": "green", "-": "red"}.get(line[:1], "dim")))
    changed = [report for report in reports if report.changed]
    if changed:
        print(f"{len(changed)} changed; restart their clients.")
    elif not reports:
        print("No configuration of an AI client with a server was found.")
    elif not options.dry_run:
        print("Nothing to change.")
