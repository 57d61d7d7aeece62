"""`km wrap`: put `km` in front of the servers that AI clients start."""

import os

from km.cli.command_line import home, km_command
from km.cli.rewriting import Rewriting, rewrite
from km.cli.terminal import complain
from km.clients.rewrite import carry_out_wrap, plan_wrap

_DESCRIPTION = (
    "Have AI clients start their servers through km, so that they are recorded. Only commands are changed; remote "
    "servers have none. A file that cannot be changed safely is left alone and named."
)


def wrap(arguments: list[str]) -> int:
    """As `rewriting.rewrite`."""
    km = km_command()
    if km is None:
        complain("the command km is not beside its interpreter and not on PATH: install it again")
        return 1
    km_home = str(home()) if os.environ.get("KM_HOME") else ""
    command = Rewriting(
        "wrap",
        _DESCRIPTION,
        lambda configuration: plan_wrap(configuration, str(km), km_home),
        lambda plan: carry_out_wrap(plan, home()),
    )
    return rewrite(command, arguments)
