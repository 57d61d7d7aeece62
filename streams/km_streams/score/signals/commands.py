"""Family `commands`: what a client's request has a shell run, and commands hidden in arguments that are none."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

import msgspec

from km_streams.score.frame_view import Found, FrameView, Mark
from km_streams.score.normal.shell import TEXT_LIMIT, Command, commands_of
from km_streams.score.ruleset import Family, RuleSet, signal_of
from km_streams.score.signals.arguments import Argument, arguments_of
from km_streams.score.signals.shell import Judge
from km_streams.score.signals.shell.destroying import destroying
from km_streams.score.signals.shell.downloading import downloading, opening
from km_streams.score.signals.shell.injecting import injecting
from km_streams.score.signals.shell.permitting import permitting

_JUDGES: Final[dict[str, Judge]] = {
    "destructive-command": destroying,
    "download-and-run": downloading,
    "reverse-shell": opening,
    "permission-change": permitting,
}
_INJECTED: Final = "command-injection"
_VALUES: Final = frozenset({"path", "url", "other", "recipient"})
"""Roles that hold no command."""
_PROGRAM: Final = frozenset({"command", "cmd", "program", "executable", "file", "bin"})
"""Members that name what the words of an array beside them are given to."""
_EVIDENCE_LENGTH: Final = 100
_CALLED: Final = re.compile(
    r"(?i)(?:os\.(?:system|popen)|subprocess\.\w{1,20}|popen|exec(?:sync|file)?|spawn(?:sync)?|eval|shell_exec|passthru"
    r"|child_process\.\w{1,20}|system)"
    r"\s*\(\s*(?:\[\s*)?[fr]?(?:\"([^\"\n]{2,2000})\"|'([^'\n]{2,2000})'|`([^`]{2,2000})`)"
)
"""Calls that hand a string to a shell, in code."""
_LISTED: Final = re.compile(r"[\"']\s*,\s*[\"']")


def command_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """One signal for each rule that the commands of a request match, where it weighs most."""
    if not frame.from_client or frame.hits.isdisjoint(rules.ids["commands"]):
        return
    family = rules.family("commands")
    best: dict[str, tuple[float, str, Argument]] = {}
    for argument in _with_lines(arguments_of(frame)):
        for name, weight, evidence in _verdicts(argument, family, frame.hits):
            if weight > best.get(name, (0.0, "", argument))[0]:
                best[name] = weight, evidence, argument
    for name, (weight, evidence, argument) in sorted(best.items()):
        yield signal_of(family[name], argument.leaf.path, evidence[:_EVIDENCE_LENGTH], weight)
        if name == "destructive-command":
            yield Mark("writes", "shell", argument.leaf.path)


def _with_lines(arguments: Iterable[Argument]) -> Iterator[Argument]:
    """The arguments; behind each array of words that are a command, the line they make."""
    before: Argument | None = None
    for array, members in groupby(arguments, key=_array):
        words = list(members)
        yield from words
        first = words[0]
        if array is not None and (first.role == "command" or first.in_shell):
            is_named = before is not None and before.leaf.key in _PROGRAM and before.leaf.steps[:-1] == array[:-1]
            line = shlex.join(word.text for word in ([before] if before and is_named else []) + words)
            yield replace(first, leaf=msgspec.structs.replace(first.leaf, text=line))
        before = words[-1] if array is None else None


def _array(argument: Argument) -> tuple[str | int, ...] | None:
    """The place of the array that a string is a member of."""
    steps = argument.leaf.steps
    return steps[:-1] if isinstance(steps[-1], int) else None


def _verdicts(argument: Argument, family: Family, hits: frozenset[str]) -> Iterator[tuple[str, float, str]]:
    text = argument.text[:TEXT_LIMIT]
    if argument.role in _VALUES and not argument.in_shell:
        if _INJECTED in hits:
            yield from ((_INJECTED, weight, evidence) for weight, evidence in injecting(text, family[_INJECTED]))
    elif argument.role in {"command", "content"} or argument.in_shell:
        names = [name for name in _JUDGES if name in hits]
        commands = _commands(text) if names else []
        for name in names:
            rule = family[name]
            factor = rule.source.values.get("kept", 1.0) if argument.role == "content" else 1.0
            for weight, evidence in _JUDGES[name](commands, text, rule):
                yield name, weight * factor, evidence


def _commands(text: str) -> list[Command]:
    """The commands of a text, and those that code in it hands to a shell."""
    found = commands_of(text)
    for match in _CALLED.finditer(text):
        found += commands_of(_LISTED.sub(" ", next(filter(None, match.groups()))))
    return found
