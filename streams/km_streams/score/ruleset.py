"""What is risky, as data: the YAML files in `rules/`, read and checked once."""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal, TypeVar

import msgspec
import yaml

from km_schemas.records import Signal
from km_schemas.words import RiskLevel
from km_streams.re2_bytes import Pattern, compiled
from km_streams.sanitize.database_cache import cache_folder
from km_streams.sanitize.prefilter import PrefilterMaker, Re2Prefilter, best_prefilter
from km_streams.score.triggers import VIEWS, Triggers, View, triggers_of

T = TypeVar("T")

Scope = Literal["request", "definition", "result", "server_request"]
"""Where a rule looks: a client's params; lists, instructions and discovery; what else a server sends; sampling and
elicitation, also inside `inputRequests`."""

GroupPart = Literal["run", "server", "target"]
"""What may make a group of events, beside the installation."""

_SCOPES: Final[dict[View, frozenset[Scope]]] = {
    "request": frozenset({"request"}),
    "definition": frozenset({"definition"}),
    "result": frozenset({"result", "server_request"}),
}
EVIDENCE_LENGTH: Final = 120
"""Characters of a signal's evidence."""
_ALERTS: Final = "alerts.yaml"
_VOCABULARY: Final = "vocabulary.yaml"
_NO_RULES: Final = frozenset({_ALERTS, _VOCABULARY, "manner.json"})
_WORD_CLASS: Final = re.compile(r"\{\{(\w+)\}\}")


class RuleError(Exception):
    """A rule file does not say what a rule must say."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reason for risk."""

    id: str
    """Unique among all families."""
    version: int
    signal: str
    number: int
    """In the taxonomy of MCP risk signals, 1–41."""
    weight: float
    title: str
    """What happened, as a part of an alert's sentence: `reads a private key`."""
    sentence: str
    """For people who want to know why it matters."""
    source: str = ""
    mapping: list[str]
    scope: frozenset[Scope] = frozenset()
    patterns: tuple[str, ...] = ()
    """RE2, no case; `{{class}}` is a class of words of `vocabulary.yaml`; none for a rule that is decided in code."""
    triggers: tuple[str, ...] | None = None
    """At least as wide as the patterns, over the frame's strings as they are; the patterns themselves by default."""
    values: dict[str, float] = {}
    """Thresholds and weights that the code asks for by name."""
    words: dict[str, tuple[str, ...]] = {}
    """Lists that the code asks for by name."""
    hits: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()


class AlertRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an event is worth somebody's look."""

    id: str
    version: int
    level: RiskLevel = "none"
    """At least."""
    signals: frozenset[str] = frozenset()
    """Any of them; empty where the level alone decides."""
    weight: float = 0.0
    """At least, of one of those signals."""
    group: tuple[GroupPart, ...]
    """What events have in common that are one alert."""
    cool_down_minutes: int
    """So long after an alert the events of its group belong to it and raise no other."""


class _RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    family: str
    cap: float
    rules: tuple[Rule, ...]


class _AlertFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[AlertRule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """A rule with its patterns in one."""

    source: Rule
    label: str
    """`<rule id>@<version>`."""
    pattern: Pattern | None


Family = dict[str, CompiledRule]
"""The rules of one family by id, in the order of its file."""


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """All rules of one version of the scorer."""

    families: dict[str, Family]
    ids: dict[str, frozenset[str]]
    """The ids of a family's rules that have triggers, by family."""
    alert_rules: tuple[AlertRule, ...]
    caps: dict[str, float]
    """The most that one family of signals contributes, by family."""
    family_of: dict[str, str]
    """Family by signal id."""
    by_label: dict[str, CompiledRule]
    triggers: Triggers
    version: str
    """Ten hexadecimal digits of the SHA-256 of the rule files."""

    def family(self, name: str) -> Family:
        """The rules of one family."""
        return self.families[name]


@cache
def load_rules(*, with_hyperscan: bool = True) -> RuleSet:
    """The rules this version ships; RuleError where a file is malformed."""
    folder = resources.files("km_streams.score") / "rules"
    texts = {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith((".yaml", ".json"))}
    words = _parsed(_VOCABULARY, texts[_VOCABULARY], dict[str, str])
    files = [_spelled(_parsed(name, texts[name], _RuleFile), words) for name in sorted(texts) if name not in _NO_RULES]
    _check_unique(files)
    families = {file.family: {rule.id: _compiled_rule(rule) for rule in file.rules} for file in files}
    return RuleSet(
        families=families,
        ids={file.family: frozenset(rule.id for rule in file.rules if _triggers_of(rule)) for file in files},
        alert_rules=_parsed(_ALERTS, texts[_ALERTS], _AlertFile).rules,
        caps={file.family: file.cap for file in files},
        family_of={rule.signal: file.family for file in files for rule in file.rules},
        by_label={rule.label: rule for family in families.values() for rule in family.values()},
        triggers=triggers_of(
            {view: _triggers(files, view) for view in VIEWS}, _prefilter(with_hyperscan=with_hyperscan)
        ),
        version=hashlib.sha256(b"".join(texts[name] for name in sorted(texts))).hexdigest()[:10],
    )


def label_of(rule: Rule | AlertRule) -> str:
    """`<rule id>@<version>`, as signals and alerts name it."""
    return f"{rule.id}@{rule.version}"


def signal_of(rule: CompiledRule, path: str, evidence: str = "", weight: float | None = None) -> Signal:
    """The signal that a rule gives; its evidence is cut, its weight the rule's unless another one is given."""
    return Signal(
        id=rule.source.signal,
        weight=rule.source.weight if weight is None else round(weight, 3),
        path=path,
        rule=rule.label,
        evidence=evidence[:EVIDENCE_LENGTH],
        mapping=rule.source.mapping,
    )


def _triggers(files: Iterable[_RuleFile], view: View) -> list[tuple[str, tuple[str, ...]]]:
    of_view = [rule for file in files for rule in file.rules if not rule.scope or rule.scope & _SCOPES[view]]
    rules = [rule for rule in of_view if view != "result" or "supports-in-results" not in rule.values]
    return [(rule.id, _triggers_of(rule)) for rule in rules]


def _triggers_of(rule: Rule) -> tuple[str, ...]:
    """Patterns are written for text on one line with single spaces; a frame's strings are not yet of that form."""
    triggers = rule.patterns if rule.triggers is None else rule.triggers
    return tuple(trigger.replace(" ", r"\s+") for trigger in triggers)


def _prefilter(*, with_hyperscan: bool) -> PrefilterMaker:
    return best_prefilter(cache_folder(os.environ)) if with_hyperscan else Re2Prefilter


def _compiled_rule(rule: Rule) -> CompiledRule:
    pattern = compiled(f"(?im)(?:{'|'.join(rule.patterns)})".encode()) if rule.patterns else None
    return CompiledRule(rule, label_of(rule), pattern)


def _spelled(file: _RuleFile, words: Mapping[str, str]) -> _RuleFile:
    """A file with the words of each class in its expressions; RuleError where the vocabulary lacks a class."""

    def spelled(expressions: Iterable[str]) -> tuple[str, ...]:
        return tuple(_WORD_CLASS.sub(lambda match: words[match[1]], expression) for expression in expressions)

    def rule_in_words(rule: Rule) -> Rule:
        triggers = None if rule.triggers is None else spelled(rule.triggers)
        return msgspec.structs.replace(rule, patterns=spelled(rule.patterns), triggers=triggers)

    try:
        return msgspec.structs.replace(file, rules=tuple(map(rule_in_words, file.rules)))
    except KeyError as missing:
        raise RuleError(f"{_VOCABULARY} has no class {missing}, which a rule of {file.family} names") from missing


def _check_unique(files: Iterable[_RuleFile]) -> None:
    ids: set[str] = set()
    families: dict[str, str] = {}
    for file in files:
        for rule in file.rules:
            if rule.id in ids:
                raise RuleError(f"two rules are called {rule.id}")
            if families.setdefault(rule.signal, file.family) != file.family:
                raise RuleError(f"the signal {rule.signal} is of two families")
            ids.add(rule.id)


def _parsed(name: str, text: bytes, form: type[T]) -> T:
    try:
        return msgspec.convert(yaml.safe_load(text), form)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise RuleError(f"the rules in {name} are not of their form: {error}") from error
