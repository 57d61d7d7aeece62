"""Edits JSON with comments by splicing: every byte that is not part of the change stays. Pure."""

import json
import re
from typing import Final

from km.clients.document import ARGS, Change, UnparsableError
from km.clients.json_text import Member, Node, parse_json, skip_blank
from km.clients.splice import Splice, spliced


class JsonFormat:
    """As `document.Format`."""

    def data(self, text: str) -> object:
        """As `Format.data`."""
        return parse_json(text).value

    def edit(self, text: str, change: Change) -> str:
        """As `Format.edit`."""
        members = _table(parse_json(text), change).members
        command = members[change.command_key]
        splices = [Splice(command.node.start, command.node.end, quoted(change.command))]
        args = members.get(ARGS)
        if args is None and change.insert:
            splices.append(_new_args(text, command, change.insert))
        elif args is not None:
            splices += flow_changes(text, args.node, change)
        return spliced(text, splices)


JSON: Final = JsonFormat()
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def quoted(value: str) -> str:
    """A string of JSON that is one of YAML, too, which takes fewer characters as they are (YAML 1.2, 5.1)."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def flow_changes(text: str, array: Node, change: Change) -> list[Splice]:
    """Of the arguments in brackets: some fewer at the front, some more."""
    splices = []
    if change.drop:
        splices.append(Splice(array.items[0].start, _end_of_dropped(text, array, change.drop), ""))
    if change.insert:
        splices.append(_insertion(text, array, change))
    return splices


def _end_of_dropped(text: str, array: Node, drop: int) -> int:
    if drop < len(array.items):
        return array.items[drop].start
    end = array.items[-1].end
    comma = skip_blank(text, end)
    return comma + 1 if text[comma] == "," else end


def _insertion(text: str, array: Node, change: Change) -> Splice:
    words = [quoted(word) for word in change.insert]
    if not array.items:
        return Splice(array.start + 1, array.start + 1, ", ".join(words))
    first = array.items[0].start
    separator = "," + _line_break(text[array.start + 1 : first])
    return Splice(first, first, "".join(word + separator for word in words))


def _new_args(text: str, command: Member, words: tuple[str, ...]) -> Splice:
    """A member behind the command, on a line of its own where the command has one."""
    before = text[: command.start]
    blank = before[len(before.rstrip()) :]
    colon = text[command.end : command.node.start]
    key = quoted(ARGS) + (colon if colon.strip() == ":" else ": ")
    array = ", ".join(quoted(word) for word in words)
    return Splice(command.node.end, command.node.end, f",{_line_break(blank)}{key}[{array}]")


def _line_break(blank: str) -> str:
    """What stands in front of an element, where that is a new line with its indentation; else a space."""
    return blank if blank.isspace() and "\n" in blank else " "


def _table(node: Node, change: Change) -> Node:
    for key in change.path:
        member = node.members.get(key)
        if member is None:
            raise UnparsableError("a server that was there is gone")
        node = member.node
    return node
