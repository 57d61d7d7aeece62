"""A configuration as text in some format, and changes to it that leave everything else as it is. Pure."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

ARGS = "args"
"""Every client calls the arguments so; what the program is called differs (`Change.command_key`)."""


class UnparsableError(Exception):
    """The text is not of its format, or not of a form that can be edited; the message says where, quoting nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One server's new command: the table at `path` gets another program, and other arguments in front."""

    path: tuple[str, ...]
    command_key: str
    command: str
    drop: int
    """So many arguments go, from the first on."""
    insert: tuple[str, ...]
    """These come in their place."""


class Format(Protocol):
    """JSON with comments, TOML, YAML."""

    def data(self, text: str) -> object:
        """What the text says, as dicts, lists and scalars. Raises UnparsableError."""

    def edit(self, text: str, change: Change) -> str:
        """The text with the change, which fits it. Raises UnparsableError."""


def edited(form: Format, text: str, changes: Sequence[Change]) -> str:
    """The text with all changes. Raises UnparsableError where the result would say anything else than wanted."""
    wanted = form.data(text)
    for change in changes:
        text = form.edit(text, change)
        wanted = _applied(wanted, change)
    if form.data(text) != wanted:
        raise UnparsableError("it is written in a way that km cannot edit without changing more than a command")
    return text


def _applied(data: object, change: Change) -> object:
    data = copy.deepcopy(data)
    table = table_at(data, change.path)
    rest = table.get(ARGS)
    table[change.command_key] = change.command
    if change.insert or change.drop:
        table[ARGS] = [*change.insert, *(rest if isinstance(rest, list) else [])[change.drop :]]
    return data


def table_at(data: object, path: Sequence[str]) -> dict[str, object]:
    """The table at `path`. Raises UnparsableError where there is none."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    if not isinstance(data, dict):
        raise UnparsableError("a server that was there is gone")
    return data
