"""Commands that widen permissions (taxonomy 29)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from km_streams.score.normal.shell import Command
from km_streams.score.ruleset import CompiledRule
from km_streams.score.signals.shell import Verdict, kinds, line_of

_POLICY: Final = re.compile(
    r"(?is)\"action\"\s*:\s*(?:\[\s*)?\"\*\".{0,200}?\"resource\"\s*:\s*(?:\[\s*)?\"\*\"|roles/owner|\"AWS\"\s*:\s*\"\*\""
)
"""Of AWS and Google Cloud: everything for everybody."""


def permitting(commands: Sequence[Command], text: str, rule: CompiledRule) -> Iterator[Verdict]:
    """What is permitted: `values` of the rule by kind."""
    values = rule.source.values
    for command in commands:
        if command.elevated:
            yield values["sudo"], f"sudo {line_of(command)}"
        for kind in kinds(command, rule):
            yield values[kind], line_of(command)
    if match := _POLICY.search(text):
        yield values["cloud"], match[0]
