"""What is risky, as data: the YAML files in `rules/`, read and checked once."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypeVar

import msgspec
import yaml

from km_schemas.words import Direction, Kind, RiskLevel
from km_streams.re2_bytes import Pattern, compiled

T = TypeVar("T")


class RuleError(Exception):
    """A rule file does not say what a rule must say."""


class FileRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Paths of one kind of sensitive files."""

    id: str
    version: int
    weight: float
    title: str
    source: str
    mapping: list[str]
    patterns: tuple[str, ...]
    hits: tuple[str, ...]
    near_misses: tuple[str, ...]


class SecretRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Findings in frames of some kinds and one direction."""

    id: str
    version: int
    signal: str
    title: str
    mapping: list[str]
    kinds: frozenset[Kind]
    direction: Direction
    weights: dict[str, float]
    """By the beginning of a finding's type."""


class AlertRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event of this level or above it is an alert."""

    id: str
    version: int
    level: RiskLevel


class _FileRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    family: str
    cap: float
    signal: str
    rules: tuple[FileRule, ...]


class _SecretRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    family: str
    cap: float
    rules: tuple[SecretRule, ...]


class _AlertRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[AlertRule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledFileRule:
    """A rule and its patterns in one."""

    source: FileRule
    label: str
    pattern: Pattern


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """All rules of one version of the scorer."""

    file_signal: str
    file_rules: tuple[CompiledFileRule, ...]
    any_file: Pattern
    """Matches where one of the file rules does."""
    secret_rules: tuple[SecretRule, ...]
    alert_rules: tuple[AlertRule, ...]
    caps: dict[str, float]
    """The most that one family of signals contributes, by family."""
    families: dict[str, str]
    """Family by signal id."""
    titles: dict[str, str]
    """What a rule says in an alert, by `<rule id>@<version>`."""
    version: str
    """Ten hexadecimal digits of the SHA-256 of the rule files."""


@cache
def load_rules() -> RuleSet:
    """The rules this version ships; RuleError where a file is malformed."""
    folder = resources.files("km_streams.score") / "rules"
    texts = {name: (folder / f"{name}.yaml").read_bytes() for name in ("files", "secrets", "alerts")}
    files, secrets = _parsed(texts["files"], _FileRules), _parsed(texts["secrets"], _SecretRules)
    titled: tuple[FileRule | SecretRule, ...] = (*files.rules, *secrets.rules)
    return RuleSet(
        file_signal=files.signal,
        file_rules=tuple(CompiledFileRule(rule, label_of(rule), _compiled(rule.patterns)) for rule in files.rules),
        any_file=_compiled(tuple(pattern for rule in files.rules for pattern in rule.patterns)),
        secret_rules=secrets.rules,
        alert_rules=_parsed(texts["alerts"], _AlertRules).rules,
        caps={files.family: files.cap, secrets.family: secrets.cap},
        families={files.signal: files.family} | {rule.signal: secrets.family for rule in secrets.rules},
        titles={label_of(rule): rule.title for rule in titled},
        version=hashlib.sha256(b"".join(texts.values())).hexdigest()[:10],
    )


def label_of(rule: FileRule | SecretRule | AlertRule) -> str:
    """`<rule id>@<version>`, as signals and alerts name it."""
    return f"{rule.id}@{rule.version}"


def _parsed(text: bytes, form: type[T]) -> T:
    try:
        return msgspec.convert(yaml.safe_load(text), form)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise RuleError(f"a file of rules is not of its form: {error}") from error


def _compiled(patterns: tuple[str, ...]) -> Pattern:
    return compiled(f"(?im)(?:{'|'.join(patterns)})".encode())
