"""Commands that delete, overwrite or stop (taxonomy 5)."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from km_streams.score.normal.paths import normalised
from km_streams.score.normal.shell import Command
from km_streams.score.ruleset import CompiledRule
from km_streams.score.signals.shell import Verdict, kinds, line_of

_REMOVERS: Final = frozenset({"rm", "rmdir", "del", "rd", "remove-item", "erase", "unlink", "shred", "srm"})
_FLAGS: Final = frozenset({"/s", "/q"})
_NARROWING: Final = frozenset({"-name", "-iname", "-empty", "-mtime", "-newer", "-path"})
_EVERYTHING: Final = frozenset({"*", ".", "./*", "..", "../*"})
_TREE_CODE: Final = re.compile(
    r"(?i)(?:rmtree|rimraf|rmsync|removedirs)\s*\(\s*[\"'`](/|~|/\*|/home[^\"'`]{0,40}|/etc|/usr|c:[/\\]+)[\"'`]"
)
_FORK_BOMB: Final = re.compile(r":\s*\(\)\s*\{\s*:\s*\|\s*:\s*&\s*\}\s*;\s*:|(\w{1,32})\(\)\s*\{\s*\1\s*\|\s*\1\s*&")


def destroying(commands: Sequence[Command], text: str, rule: CompiledRule) -> Iterator[Verdict]:
    """What is destroyed: `values` of the rule by kind."""
    values = rule.source.values
    for kind, pattern in (("bomb", _FORK_BOMB), ("root", _TREE_CODE)):
        if match := pattern.search(text):
            yield values[kind], match[0]
    for command in commands:
        for kind in (*_removed(command, rule), *kinds(command, rule)):
            yield values[kind], line_of(command)


def _removed(command: Command, rule: CompiledRule) -> Iterator[str]:
    if command.name == "find":
        yield from _found_and_removed(command, rule)
    elif command.name in _REMOVERS and _is_recursive(command):
        for word in command.words:
            if not word.startswith("-") and word.lower() not in _FLAGS:
                yield _kind_of_tree(word, rule)


def _found_and_removed(command: Command, rule: CompiledRule) -> Iterator[str]:
    if "-delete" in command.words or "-exec rm" in line_of(command):
        places = takewhile(lambda word: not word.startswith("-"), command.words)
        if _NARROWING & {*command.words}:
            yield "build"
        else:
            yield "root" if "root" in {_kind_of_tree(place, rule) for place in places} else "tree"


def _is_recursive(command: Command) -> bool:
    words = [word.lower() for word in command.words]
    flags = "".join(word for word in words if word.startswith("-"))
    return command.name == "shred" or "r" in flags.replace("force", "") or "/s" in words


def _kind_of_tree(word: str, rule: CompiledRule) -> str:
    words = rule.source.words
    path = normalised(word.rstrip("*"))
    if path in words["top"] or f"{path}/" in words["top"] or (not path and word.startswith("/")):
        return "root"
    if word in _EVERYTHING or path in words["home"]:
        return "home"
    is_made = path.rpartition("/")[2] in words["build"] or path.startswith("/tmp/")  # noqa: S108 - of the request
    return "build" if is_made else "tree"
