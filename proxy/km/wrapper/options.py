"""The command line of `km -- COMMAND` and `km monitor COMMAND`. Pure, and by hand: argparse would double the start."""

USAGE = """\
usage: km [--server NAME] [--home FOLDER] [--fsync] [--verbose] -- COMMAND [ARG...]
       km monitor [--server NAME] [--home FOLDER] [--fsync] [--verbose] [--] COMMAND [ARG...]
       km init | wrap | unwrap | status | doctor | logs | ship [...]
       km --help | --version

Runs an MCP server and records every byte between it and its client.

  --server NAME  the server's name in records (by default made from COMMAND)
  --home FOLDER  in place of KM_HOME, which clients do not pass on
  --fsync        put each chunk on the disk before it is forwarded: no loss of power can lose it, at a price
  --verbose      say on stderr what km does

  init           make this installation's configuration: where to publish to
  wrap, unwrap   put km in front of the servers in the configurations of AI clients, or take it away
  status         which servers are recorded, what runs now, what waits
  doctor         check each part, and say what to do where it does not work
  logs           show what passed, from the local spool
  ship           publish what is recorded, as km does in the background; with --once until nothing is left

Examples:
  km -- npx -y @modelcontextprotocol/server-everything
  km monitor --server notes --fsync uvx mcp-server-git --repository .

The exit code is the server's, or 128 + the signal that ended it; 127 where COMMAND is not found, 126 where it cannot
be executed, 2 for a command line that is not understood. `km COMMAND --help` tells more.
"""


class UsageError(Exception):
    """The command line does not say what to run; the message says why, and is empty where nothing was said."""


class Options:
    """What to run, and how it is recorded."""

    __slots__ = ("command", "fsync", "home", "server", "verbose")

    def __init__(self) -> None:
        self.command: list[str] = []
        self.server = ""
        self.home = ""
        self.verbose = False
        self.fsync = False


def parse_options(arguments: list[str]) -> Options:
    """`[OPTION…] -- COMMAND…`, or `monitor [OPTION…] [--] COMMAND…`. Raises UsageError."""
    options = Options()
    if arguments[:1] == ["monitor"]:
        rest = _parse_own(arguments[1:], options)
        options.command = rest[1:] if rest[:1] == ["--"] else rest
    elif "--" in arguments:
        border = arguments.index("--")
        if rest := _parse_own(arguments[:border], options):
            raise UsageError(f"unknown option {rest[0]}")
        options.command = arguments[border + 1 :]
    else:
        raise UsageError("write -- in front of the server's command" if arguments else "")
    if not options.command or not options.command[0]:
        raise UsageError("the server's command is missing")
    return options


def _parse_own(arguments: list[str], options: Options) -> list[str]:
    """Read our options; the rest, from `--` or the first argument that is no option."""
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "--":
        option = rest.pop(0)
        if option == "--verbose":
            options.verbose = True
        elif option == "--fsync":
            options.fsync = True
        else:
            _set_value(options, option, rest)
    return rest


def _set_value(options: Options, option: str, rest: list[str]) -> None:
    """`--server NAME`, `--server=NAME`, and the same with `--home`."""
    name, equals, value = option.partition("=")
    if name not in {"--server", "--home"}:
        raise UsageError(f"unknown option {option}")
    if not equals:
        if not rest:
            raise UsageError(f"{name} wants a {'name' if name == '--server' else 'folder'}")
        value = rest.pop(0)
    if name == "--server":
        options.server = value
    elif value:
        options.home = value
    else:
        raise UsageError("--home wants a folder")
