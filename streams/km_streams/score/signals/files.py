"""Family `files`: a client's request that names a file with credentials."""

from collections.abc import Iterable, Iterator
from typing import Final

from km_schemas.records import Signal
from km_streams.json_path import Step, normalized_path
from km_streams.score.exchange import Part, Request
from km_streams.score.paths import candidates
from km_streams.score.ruleset import CompiledFileRule, RuleSet

_EVIDENCE_LENGTH: Final = 64
_STRINGS_LIMIT: Final = 2_000
"""Strings of one request that are looked at."""

_Located = tuple[tuple[Step, ...], str]


def file_signals(parts: Iterable[Part], rules: RuleSet, *, in_batch: bool) -> Iterator[Signal]:
    """One signal for each rule that a request of a client matches, with the path of the first match."""
    seen: set[str] = set()
    for part in parts:
        if isinstance(part, Request):
            root: tuple[Step, ...] = (part.item, "params") if in_batch else ("params",)
            for steps, string in _strings(root, part.params):
                for rule, evidence in _matches(string, rules):
                    if rule.label not in seen:
                        seen.add(rule.label)
                        yield _signal(rules.file_signal, rule, steps, evidence)


def _matches(string: str, rules: RuleSet) -> Iterator[tuple[CompiledFileRule, str]]:
    paths = candidates(string)
    if not paths or not rules.any_file.search("\n".join(paths).encode("utf-8", "replace")):
        return
    for path in paths:
        line = path.encode("utf-8", "replace")
        for rule in rules.file_rules:
            if rule.pattern.search(line):
                yield rule, path


def _strings(root: tuple[Step, ...], params: object) -> Iterator[_Located]:
    """The strings below `params`, without `_meta`, in their order."""
    found = 0
    stack: list[tuple[tuple[Step, ...], object]] = [(root, params)]
    while stack and found < _STRINGS_LIMIT:
        steps, value = stack.pop()
        if isinstance(value, str):
            found += 1
            yield steps, value
        elif isinstance(value, dict):
            stack.extend(((*steps, name), inner) for name, inner in reversed(value.items()) if name != "_meta")
        elif isinstance(value, list):
            stack.extend(((*steps, position), inner) for position, inner in reversed(list(enumerate(value))))


def _signal(signal: str, rule: CompiledFileRule, steps: tuple[Step, ...], evidence: str) -> Signal:
    return Signal(
        id=signal,
        weight=rule.source.weight,
        path=normalized_path(steps),
        rule=rule.label,
        evidence=evidence[-_EVIDENCE_LENGTH:],
        mapping=rule.source.mapping,
    )
