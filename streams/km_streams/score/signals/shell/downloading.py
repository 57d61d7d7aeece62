"""Commands that run what they have just downloaded or decoded, and shells for somebody else (taxonomy 6)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from km_streams.score.normal.shell import INTERPRETERS, SHELLS, Command
from km_streams.score.ruleset import CompiledRule
from km_streams.score.signals.shell import Verdict, line_of

_DECODED_INTO: Final = SHELLS | {"python", "perl", "node", "ruby", "php"}
_PROXIES: Final = frozenset({"regsvr32", "mshta", "rundll32"})
"""Programs of Windows that run what stands at an address."""
_RUNS_SUBSTITUTED: Final = re.compile(
    r"(?:\b(?:eval|source|exec|sh|bash|zsh|dash|ksh|python[\d.]*|perl|node|ruby)(?:\s+-\S+)*\s+[\"']?|^\s*\.\s+)(?:\$\(|`|<\()"
    r"|^\s*[\"']?(?:\$\(|`)\s*(?:curl|wget)"
)
_FETCHES: Final = re.compile(
    r"(?i)downloadstring|invoke-webrequest|\biwr\b|\birm\b|invoke-restmethod|\bcurl\b|https?://"
)
_ENCODED_FLAG: Final = re.compile(r"(?i)\s-e(?:nc|ncodedcommand|c|n)?\s+[a-z0-9+/=]{20,}")
_CODE_DECODES: Final = re.compile(
    r"(?i)(?:exec|eval|system)\s*\([^\n]{0,100}b64decode|b64decode\([^\n]{0,400}\)[^\n]{0,80}(?:exec|eval|system)\("
)
_CODE_FETCHES: Final = re.compile(
    r"(?i)\b(?:exec|eval)\s*\([^\n]{0,120}(?:urlopen|requests\.get|fetch|urllib)"
    r"|(?:requests\.get|urlopen)\([^\n]{0,200}\)[^\n]{0,40}[\s;]{1,4}(?:exec|eval)\("
)


def downloading(commands: Sequence[Command], text: str, rule: CompiledRule) -> Iterator[Verdict]:
    """Downloads that are run at once; what was decoded and run weighs `values.decoded`."""
    fetchers = frozenset(rule.source.words["fetchers"])
    decoders = frozenset(rule.source.words["decoders"])
    for command in commands:
        sources = {source.name for source in command.sources}
        if command.name in _DECODED_INTO and sources & decoders:
            yield rule.source.values["decoded"], _pipeline(command)
        elif (command.name in INTERPRETERS and sources & fetchers) or _runs_an_address(command):
            yield rule.source.weight, _pipeline(command)
        elif command.substituted and command.name in fetchers and _RUNS_SUBSTITUTED.search(text):
            yield rule.source.weight, text
    yield from _run_later(commands, fetchers, rule)
    for weight, pattern in ((rule.source.values["decoded"], _CODE_DECODES), (rule.source.weight, _CODE_FETCHES)):
        if match := pattern.search(text):
            yield weight, match[0]


def opening(_: Sequence[Command], text: str, rule: CompiledRule) -> Iterator[Verdict]:
    """Shells that somebody else holds the other end of."""
    data = text.encode("utf-8", "replace")
    match = rule.pattern.search(data) if rule.pattern else None
    if match is not None:
        yield rule.source.weight, data[slice(*match.span())].decode("utf-8", "replace")


def _runs_an_address(command: Command) -> bool:
    line = f" {line_of(command)} "
    if command.name in {"iex", "invoke-expression"}:
        return _FETCHES.search(line) is not None
    return (command.name in SHELLS and _ENCODED_FLAG.search(line) is not None) or (
        command.name in _PROXIES and "http" in line
    )


def _run_later(commands: Sequence[Command], fetchers: frozenset[str], rule: CompiledRule) -> Iterator[Verdict]:
    """Files that a command fetches and a later one makes executable or runs."""
    fetched: set[str] = set()
    for command in commands:
        if command.name in fetchers:
            fetched.update(_basename(word) for word in command.words if not word.startswith("-"))
        elif fetched and _runs_one_of(command, fetched):
            yield rule.source.weight, line_of(command)


def _runs_one_of(command: Command, fetched: set[str]) -> bool:
    named = any(_basename(word) in fetched for word in command.words)
    if command.name == "chmod":
        return named and any("x" in word or "7" in word for word in command.words)
    return command.name in fetched or (command.name in INTERPRETERS and named)


def _basename(word: str) -> str:
    return word.rstrip("/").rpartition("/")[2].lower()


def _pipeline(command: Command) -> str:
    return " | ".join(map(line_of, (*command.sources, command)))
