"""`km-local`: one command per module; what goes wrong is one sentence on stderr and status 1."""

import errno
import logging
import signal
import sys
from importlib import import_module

import click

from km_local.errors import LocalError

INTERRUPTED = 130
ADVICE = {
    errno.ENOSPC: "free some disk space, then start again.",
    errno.EDQUOT: "free some of your disk quota, then start again.",
    errno.EACCES: "let this user read and write there, then start again.",
    errno.EPERM: "let this user read and write there, then start again.",
    errno.EROFS: "put the checkout on a disk that can be written, then start again.",
}
COMMANDS = ("clean", "demo", "provision", "up")


class Commands(click.Group):
    """Imports a command's module when it is asked for: the image that provisions holds no JRE and no Postgres."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a module beside this one, which bears its name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"km_local.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 - each module's one public name
        return command


@click.group(cls=Commands)
def commands() -> None:
    """The whole of Kilometers on one machine, without Docker."""


def main() -> None:
    """The entry point of the console script."""
    # A polite end is the same from the terminal and from another program; a shell's `&` would have us ignore Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # It complains of every start of a broker; what matters comes back as an exception.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    try:
        status = commands.main(standalone_mode=False)
    except LocalError as error:
        sys.exit(f"km-local: {error}")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(INTERRUPTED)
    except OSError as error:
        sys.exit(f"km-local: {explain(error)}")
    sys.exit(status)


def explain(error: OSError) -> str:
    """One sentence for what the system refused: what, where, and what to do."""
    what = error.strerror or type(error).__name__
    where = f" at {error.filename}" if error.filename else ""
    return f"{what}{where}: {ADVICE.get(error.errno or 0, 'look at .km/logs, then start again.')}"
