"""The path of `km` in the clients' configurations."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from km.cli.checks.verdict import Verdict, failed, ok, warning
from km.clients.server import Coverage, Server
from km.clients.survey import Configuration

_NAME: Final = "clients"


def check_client_paths(found: Iterable[Configuration], km: Path | None) -> list[Verdict]:
    """One verdict a server that will not start or is not recorded by this `km`; one if all is well."""
    found = list(found)
    recorded = [(each, server) for each in found for server in each.servers if server.coverage is Coverage.RECORDED]
    verdicts = [verdict for each, server in recorded if (verdict := _check(each, server, km))]
    verdicts += [
        warning(_NAME, f"{each.path} is left alone: {each.trouble}", "put it right, then km wrap")
        for each in found
        if each.trouble
    ]
    open_ = sum(server.coverage is Coverage.NOT_RECORDED for each in found for server in each.servers)
    if open_:
        verdicts.append(warning(_NAME, f"{open_} servers are not recorded", "km status names them, km wrap wraps them"))
    says = f"{len(recorded)} servers start through {km}" if recorded else "no server is configured in an AI client here"
    return verdicts or [ok(_NAME, says)]


def _check(configuration: Configuration, server: Server, km: Path | None) -> Verdict | None:
    place = f"server {server.name} in {configuration.path}"
    if "/" in server.command and not os.access(server.command, os.X_OK):
        says = f"{place} starts {server.command}, which is not there: the client cannot start this server"
        return failed(_NAME, says, "km wrap puts the right path in; km unwrap takes km away")
    if km is not None and server.command != str(km):
        return warning(_NAME, f"{place} starts {server.command}, not {km}", "km wrap puts the right path in")
    return None
