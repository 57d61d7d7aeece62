"""The changes that put `km` in front of a server's command, and that take it away again. Pure.

Without `--server`: a server is named after its package or program, the same on every machine of a company, while
each user gives it another name in a configuration.
"""

from collections.abc import Iterable

from km.clients.document import Change
from km.clients.server import Coverage, Server, wrapped_command


def wrap_changes(servers: Iterable[Server], km: str) -> list[Change]:
    """`command args…` becomes `km -- command args…`; `km` is an absolute path. One at another path is corrected."""
    changes = []
    for server in servers:
        if server.coverage is Coverage.NOT_RECORDED:
            changes.append(Change(server.path, server.command_key, km, 0, ("--", server.command)))
        elif server.coverage is Coverage.RECORDED and server.command != km:
            changes.append(Change(server.path, server.command_key, km, 0, ()))
    return changes


def unwrap_changes(servers: Iterable[Server]) -> list[Change]:
    """`km … -- command args…` becomes `command args…` again."""
    changes = []
    for server in servers:
        command = wrapped_command(server) if server.coverage is Coverage.RECORDED else None
        if command:
            drop = len(server.args) - len(command) + 1
            changes.append(Change(server.path, server.command_key, command[0], drop, ()))
    return changes
