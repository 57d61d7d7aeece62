"""The command `km`. Only what every start needs is imported here; other commands get an interpreter of their own."""

import os
import sys

from km import __version__
from km.console import complain, say
from km.wrapper.main import wrap
from km.wrapper.options import USAGE, UsageError, parse_options

_COMMANDS = ("doctor", "init", "logs", "ship", "status", "unwrap", "wrap")


def main() -> None:
    """Run `km` with the arguments of this process, and end it without waiting for the pumps."""
    arguments = sys.argv[1:]
    if arguments[:1] and arguments[0] in _COMMANDS:
        _run_command(arguments)
    if arguments in (["--help"], ["-h"], ["--version"], ["monitor", "--help"], ["monitor", "-h"]):
        say(f"km {__version__}\n" if arguments == ["--version"] else USAGE)
        return
    os._exit(_wrap(arguments))


def _wrap(arguments: list[str]) -> int:
    try:
        options = parse_options(arguments)
    except UsageError as error:
        complain(f"km: {error}\n\n{USAGE}" if str(error) else USAGE)
        return 2
    return wrap(options)


def _run_command(arguments: list[str]) -> None:
    """Start again with site-packages, which the launcher leaves out."""
    isolation = "-I" if sys.flags.isolated else "-P"
    os.execv(  # noqa: S606 - no shell wanted
        sys.executable, [sys.executable, isolation, "-m", "km.cli", *arguments]
    )
