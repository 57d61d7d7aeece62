"""The command line of `km -- COMMAND`. Pure, and by hand: argparse would double the start-up time."""

USAGE = """\
usage: km [--server NAME] [--verbose] -- COMMAND [ARG...]
       km ship [--once]
       km --help | --version

Runs an MCP server and records every byte between it and its client.

  --server NAME  the server's name in records (by default made from COMMAND)
  --verbose      say on stderr what km does

  ship           publish what is recorded, as km does in the background; with --once until nothing is left
"""


class UsageError(Exception):
    """The command line does not say what to run; the message says why, and is empty where nothing was said."""


class Options:
    """What to run, and how it is recorded."""

    __slots__ = ("command", "server", "verbose")

    def __init__(self, command: list[str], server: str, verbose: bool) -> None:
        self.command = command
        self.server = server
        self.verbose = verbose


def parse_options(arguments: list[str]) -> Options:
    """The options before `--` and the command after it. Raises UsageError."""
    if "--" not in arguments:
        raise UsageError("write -- in front of the server's command" if arguments else "")
    border = arguments.index("--")
    server, verbose = _parse_own(arguments[:border])
    command = arguments[border + 1 :]
    if not command or not command[0]:
        raise UsageError("a command is missing behind --")
    return Options(command, server, verbose)


def _parse_own(arguments: list[str]) -> tuple[str, bool]:
    server, verbose = "", False
    rest = list(arguments)
    while rest:
        option = rest.pop(0)
        if option == "--verbose":
            verbose = True
        elif option == "--server" and rest:
            server = rest.pop(0)
        elif option.startswith("--server="):
            server = option.removeprefix("--server=")
        else:
            raise UsageError("--server wants a name" if option == "--server" else f"unknown option {option}")
    return server, verbose
