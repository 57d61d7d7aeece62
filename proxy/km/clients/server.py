"""What a client's configuration says of a server, and whether `km` records it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from km.clients.document import ARGS
from km.wrapper.options import Options, UsageError, parse_options

_ADDRESS_KEYS = ("url", "uri", "serverUrl", "httpUrl")
_PATH_STARTS = ("/", "~", ".", "$")
_PROJECT_KEYS = 2


class Coverage(StrEnum):
    """Whether a server's traffic passes through `km`."""

    RECORDED = "recorded"
    NOT_RECORDED = "not recorded"
    REMOTE = "remote"
    """Reached over the network: there is no command to wrap."""
    BUILT_IN = "built in"
    """Part of the client: there is no command to wrap."""
    UNCLEAR = "unclear"
    """Its command is not of a form that can be wrapped safely."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server of one configuration."""

    name: str
    path: tuple[str, ...]
    """Keys to its table."""
    coverage: Coverage
    command_key: str
    command: str = ""
    args: tuple[str, ...] = ()

    @property
    def project(self) -> str:
        """The folder for which a client's own file describes it, as Claude Code's does; else empty."""
        return self.path[1] if self.path[0] == "projects" and len(self.path) > _PROJECT_KEYS else ""


def servers_in(data: object, tables: Sequence[Sequence[str]], command_key: str) -> list[Server]:
    """The servers of a configuration, in its order."""
    found = []
    for pattern in tables:
        found += [_server(path, table, command_key) for path, table in _matches(data, pattern, ())]
    return found


def wrapped_command(server: Server) -> list[str] | None:
    """The command behind `km`, None where the server's is not ours."""
    options = _options(server)
    return options.command if options else None


def wrapped_home(server: Server) -> str:
    """The folder its arguments name with `--home`; empty where they name none."""
    options = _options(server)
    return options.home if options else ""


def _options(server: Server) -> Options | None:
    if PurePath(server.command).name != "km":
        return None
    try:
        return parse_options(list(server.args))
    except UsageError:
        return None


def _matches(data: object, pattern: Sequence[str], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if not pattern:
        yield path, data
    elif isinstance(data, dict):
        for key in list(data) if pattern[0] == "*" else [pattern[0]]:
            if isinstance(key, str) and key in data:
                yield from _matches(data[key], pattern[1:], (*path, key))


def _server(path: tuple[str, ...], table: object, command_key: str) -> Server:
    name = path[-1]
    if not isinstance(table, dict):
        return Server(name, path, Coverage.UNCLEAR, command_key)
    command, args = table.get(command_key), table.get(ARGS)
    if not isinstance(command, str):
        remote = any(key in table for key in _ADDRESS_KEYS)
        return Server(name, path, Coverage.REMOTE if remote else Coverage.BUILT_IN, command_key)
    words = [] if args is None else args
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words) or _is_command_line(command):
        return Server(name, path, Coverage.UNCLEAR, command_key, command)
    server = Server(name, path, Coverage.NOT_RECORDED, command_key, command, tuple(words))
    if wrapped_command(server) is None:
        return server
    return Server(name, path, Coverage.RECORDED, command_key, command, tuple(words))


def _is_command_line(command: str) -> bool:
    """Whether the arguments stand in the command, for a shell: `npx -y server`. A path may have spaces."""
    return not command.strip() or (" " in command.strip() and not command.startswith(_PATH_STARTS))
