"""`km unwrap`: take `km` away again."""

from km.cli.command_line import home
from km.cli.rewriting import Rewriting, rewrite
from km.clients.backup import wrapped_paths
from km.clients.rewrite import carry_out_unwrap, plan_unwrap

_DESCRIPTION = (
    "Have AI clients start their servers without km again. A file nobody has changed since km wrap gets its former "
    "bytes back; in another one only km's part is taken back."
)


def unwrap(arguments: list[str]) -> int:
    """As `rewriting.rewrite`."""
    command = Rewriting(
        "unwrap",
        _DESCRIPTION,
        lambda configuration: plan_unwrap(configuration, home()),
        lambda plan: carry_out_unwrap(plan, home()),
        tuple(wrapped_paths(home())),
    )
    return rewrite(command, arguments)
