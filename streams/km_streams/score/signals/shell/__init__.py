"""What commands of a shell do, one module a rule of the family `commands`. Each yields what a rule weighs, and why."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from km_streams.re2_bytes import Pattern, compiled
from km_streams.score.normal.shell import Command
from km_streams.score.ruleset import CompiledRule

Verdict = tuple[float, str]
"""A weight, and the words that earn it."""

Judge = Callable[[Sequence[Command], str, CompiledRule], Iterator[Verdict]]
"""Judges the commands of a text, and the text itself, by one rule."""

_KIND = "is-"


@cache
def kinds_of(rule: CompiledRule) -> tuple[tuple[str, Pattern], ...]:
    """The kinds of commands that a rule names in `words.is-<kind>`, each with its pattern over a line in lower case."""
    return tuple(
        (name.removeprefix(_KIND), compiled(f"(?i)^(?:{'|'.join(patterns)})".encode()))
        for name, patterns in rule.source.words.items()
        if name.startswith(_KIND)
    )


def line_of(command: Command) -> str:
    """A command as one line."""
    return " ".join((command.name, *command.words))


def kinds(command: Command, rule: CompiledRule) -> Iterator[str]:
    """The kinds of a rule that a command is of."""
    line = line_of(command).encode("utf-8", "replace")
    for kind, pattern in kinds_of(rule):
        if pattern.search(line):
            yield kind
