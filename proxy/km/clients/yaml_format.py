"""Edits YAML by splicing at the places PyYAML's node tree tells: every other byte stays. Pure."""

from typing import Final

import yaml

from km.clients.document import ARGS, Change, UnparsableError
from km.clients.json_format import flow_changes, quoted
from km.clients.json_text import Node
from km.clients.splice import Splice, spliced

_Node = yaml.nodes.Node
_Pair = tuple[_Node, _Node]


class YamlFormat:
    """As `document.Format`."""

    def data(self, text: str) -> object:
        """As `Format.data`."""
        _root(text)
        try:
            return _unshared(yaml.safe_load(text))
        except (yaml.YAMLError, ValueError, RecursionError):
            raise UnparsableError("it is no YAML, or has tags of its own") from None

    def edit(self, text: str, change: Change) -> str:
        """As `Format.edit`."""
        table = _root(text)
        for name in change.path:
            table = _pair(table, name)[1]
        key, value = _pair(table, change.command_key)
        splices = [Splice(value.start_mark.index, value.end_mark.index, quoted(change.command))]
        if not any(name.value == ARGS for name, _ in table.value):
            return spliced(text, splices + _new_args(table, key, value, change))
        return spliced(text, splices + _changes(text, *_pair(table, ARGS), change))


YAML: Final = YamlFormat()


def _root(text: str) -> _Node:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise UnparsableError(f"it is no YAML from line {mark.line + 1} on" if mark else "it is no YAML") from None
    if root is None:
        return yaml.MappingNode("tag:yaml.org,2002:map", [])
    return root


def _unshared(value: object) -> object:
    """What an alias stands for, as a copy of its own: else a change in one place would be one in two."""
    if isinstance(value, dict):
        return {key: _unshared(item) for key, item in value.items()}
    return [_unshared(item) for item in value] if isinstance(value, list) else value


def _pair(table: _Node, name: str) -> _Pair:
    """Key and value of that name. Raises UnparsableError where there is not exactly one."""
    pairs = table.value if isinstance(table, yaml.MappingNode) else []
    found: list[_Pair] = [(key, value) for key, value in pairs if key.value == name]
    if len(found) != 1:
        raise UnparsableError("a server's table is there twice, or comes from another place of the file")
    return found[0]


def _changes(text: str, key: _Node, args: _Node, change: Change) -> list[Splice]:
    if not isinstance(args, yaml.SequenceNode):
        # `args:` with nothing behind it
        words = ", ".join(quoted(word) for word in change.insert)
        return [Splice(args.start_mark.index, args.end_mark.index, f" [{words}]")] if change.insert else []
    if args.flow_style:
        items = tuple(Node(None, item.start_mark.index, item.end_mark.index) for item in args.value)
        return flow_changes(text, Node(None, args.start_mark.index, args.end_mark.index, items=items), change)
    return _block_changes(text, key, args, change)


def _block_changes(text: str, key: _Node, args: yaml.SequenceNode, change: Change) -> list[Splice]:
    """Of the arguments on a line each: some fewer at the front, some more."""
    start = args.start_mark.index
    if change.drop == len(args.value):
        words = ", ".join(quoted(word) for word in change.insert)
        return [Splice(text.index(":", key.end_mark.index) + 1, args.value[-1].end_mark.index, f" [{words}]")]
    end = text.rindex("-", start, args.value[change.drop].start_mark.index) if change.drop else start
    indent = "\n" + " " * args.start_mark.column
    return [Splice(start, end, "".join(f"- {quoted(word)}{indent}" for word in change.insert))]


def _new_args(table: _Node, key: _Node, command: _Node, change: Change) -> list[Splice]:
    """Behind the command, on a line of its own where the table has one for each key."""
    words = ", ".join(quoted(word) for word in change.insert)
    in_braces = isinstance(table, yaml.MappingNode) and table.flow_style
    separator = ", " if in_braces else "\n" + " " * key.start_mark.column
    end = command.end_mark.index
    return [Splice(end, end, f"{separator}{ARGS}: [{words}]")] if change.insert else []
