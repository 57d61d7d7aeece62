"""The changes that put `km` in front of a server's command, and that take it away again. Pure.

Without `--server`: a server is named after its package or program, the same on every machine of a company, while
each user gives it another name in a configuration. With `--home` only where the user who wraps has a `KM_HOME`: clients
give a server a short list of variables, and that one is not on it.
"""

from collections.abc import Iterable

from km.clients.document import Change
from km.clients.server import Coverage, Server, wrapped_command, wrapped_home


def wrap_changes(servers: Iterable[Server], km: str, home: str = "") -> list[Change]:
    """`command args…` becomes `km -- command args…`, or `km --home HOME -- command args…`; `km` is an absolute path.

    One at another path, or with another home than the one that is given, is corrected.
    """
    flag = ("--home", home) if home else ()
    changes = []
    for server in servers:
        if server.coverage is Coverage.NOT_RECORDED:
            changes.append(Change(server.path, server.command_key, km, 0, (*flag, "--", server.command)))
        elif server.coverage is Coverage.RECORDED:
            changes += _corrections(server, km, flag)
    return changes


def _corrections(server: Server, km: str, flag: tuple[str, ...]) -> list[Change]:
    former = wrapped_home(server)
    if not flag or former == flag[1]:
        return [Change(server.path, server.command_key, km, 0, ())] if server.command != km else []
    # `--home` is ours to change where it stands as `km wrap` writes it; elsewhere, the last one counts.
    leading = server.args[:1] == ("--home",)
    return [Change(server.path, server.command_key, km, 2 if leading else 0, flag)]


def unwrap_changes(servers: Iterable[Server]) -> list[Change]:
    """`km … -- command args…` becomes `command args…` again."""
    changes = []
    for server in servers:
        command = wrapped_command(server) if server.coverage is Coverage.RECORDED else None
        if command:
            drop = len(server.args) - len(command) + 1
            changes.append(Change(server.path, server.command_key, command[0], drop, ()))
    return changes
