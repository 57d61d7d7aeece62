"""What the sanitizer looks for, as data: the YAML files in `rules/`, read and checked once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, TypeVar

import msgspec
import re2
import yaml
from msgspec import structs

from km_streams.re2_bytes import Pattern, compiled
from km_streams.sanitize.validators import VALIDATORS, Validator, whole

T = TypeVar("T")

_SEPARATOR: Final = "[-_. ]?"
_COUNTER: Final = "(?:[-_. ]?[0-9]{1,3})?"


class RuleError(Exception):
    """A rule file does not say what a rule must say."""


class RuleSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule as its file gives it; examples are lists of pieces, joined here."""

    id: str
    version: int
    source: str
    """Whose published format it is."""
    pattern: str
    """RE2 syntax. The group `value`, where there is one, is what is sensitive; `name` is the name it was given."""
    hits: tuple[tuple[str, ...], ...]
    near_misses: tuple[tuple[str, ...], ...]
    type: str | None = None
    """None where the name in the text decides it."""
    validator: str | None = None


class NameGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names under which one type of secret stands."""

    id: str
    version: int
    type: str
    names: tuple[str, ...]
    whole_names: tuple[str, ...] = ()
    numbers: bool = False
    """Whether numbers under such a name are secret, too (a `password` of digits; not a `max_token`)."""
    plural: bool = True


class _RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[RuleSource, ...]


class _NameFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: tuple[NameGroup, ...]
    spared_names: tuple[str, ...]
    describing_names: frozenset[str]
    schema_names: frozenset[str]
    spared_values: tuple[str, ...]
    rules: tuple[RuleSource, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, compiled."""

    source: RuleSource
    label: str
    """`<id>@<version>`, as findings name it."""
    expression: bytes
    pattern: Pattern
    validator: Validator
    value_group: int
    """The group of the pattern that is replaced; 0 for all of it."""
    name_group: int | None
    """The group that holds the name which decides the type, where the rule has none."""


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """All rules of one version of the sanitizer; one of them is equal to itself alone, so that it hashes fast."""

    rules: tuple[Rule, ...]
    groups: tuple[NameGroup, ...]
    group_patterns: tuple[Pattern, ...]
    """Of each group, over a whole name."""
    any_name: Pattern
    """Matches a whole name where one of the groups' does."""
    spared_name: Pattern
    spared_value: Pattern
    describing_names: frozenset[bytes]
    schema_names: frozenset[bytes]
    triggers: tuple[bytes, ...]
    """Expressions beside the rules' own: a frame without any hit of both has nothing to find."""
    version: str
    """Ten hexadecimal digits of the SHA-256 of the rule files."""


@cache
def load_rules() -> RuleSet:
    """The rules this version ships; RuleError where a file is malformed."""
    folder = resources.files("km_streams.sanitize") / "rules"
    texts = {name: (folder / name).read_bytes() for name in ("secrets.yaml", "personal.yaml", "names.yaml")}
    names = _parsed(texts["names.yaml"], _NameFile)
    sources = [*_parsed(texts["secrets.yaml"], _RuleFile).rules, *_parsed(texts["personal.yaml"], _RuleFile).rules]
    alternatives = "|".join(_names_of(group) for group in names.groups)
    sources += [structs.replace(rule, pattern=rule.pattern.replace("{names}", alternatives)) for rule in names.rules]
    return RuleSet(
        rules=tuple(map(compiled_rule, sources)),
        groups=names.groups,
        group_patterns=tuple(compiled(_group_expression(group)) for group in names.groups),
        any_name=compiled(b"|".join(map(_group_expression, names.groups))),
        spared_name=compiled(f"(?i)(?:{'|'.join(map(_spelled, names.spared_names))})$".encode()),
        spared_value=compiled(f"(?i)(?:{'|'.join(names.spared_values)})".encode()),
        describing_names=frozenset(name.encode() for name in names.describing_names),
        schema_names=frozenset(name.encode() for name in names.schema_names),
        triggers=_triggers(names.groups),
        version=hashlib.sha256(b"".join(texts.values())).hexdigest()[:10],
    )


def compiled_rule(source: RuleSource) -> Rule:
    """The rule of one entry of a file; PatternError for one not of RE2's syntax, RuleError for an unknown validator."""
    expression = source.pattern.encode()
    pattern = compiled(expression)
    if source.validator is not None and source.validator not in VALIDATORS:
        raise RuleError(f"rule {source.id} names a validator that does not exist: {source.validator}")
    return Rule(
        source=source,
        label=f"{source.id}@{source.version}",
        expression=expression,
        pattern=pattern,
        validator=VALIDATORS[source.validator] if source.validator else whole,
        value_group=pattern.groupindex.get(b"value", 0),
        name_group=pattern.groupindex.get(b"name"),
    )


def _parsed(text: bytes, form: type[T]) -> T:
    try:
        return msgspec.convert(yaml.safe_load(text), form)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise RuleError(f"a file of rules is not of its form: {error}") from error


def _spelled(name: str) -> str:
    return _SEPARATOR.join(re2.escape(word) for word in name.split(" "))


def _names_of(group: NameGroup) -> str:
    return f"(?:{'|'.join(map(_spelled, group.names))}){'s?' if group.plural else ''}{_COUNTER}"


def _group_expression(group: NameGroup) -> bytes:
    whole = "".join(f"|^{_spelled(name)}" for name in group.whole_names)
    return f"(?i)(?:{_names_of(group)}{whole})$".encode()


def _triggers(groups: Sequence[NameGroup]) -> tuple[bytes, ...]:
    ends = "|".join(map(_names_of, groups))
    return (
        # A member with a secret name, in JSON whose escapes are undone.
        *(_member_trigger(group) for group in groups),
        # An option with a secret name as one element of an array, before its value.
        rf'(?i)"--?[\w-]*(?:{ends})"\s*,'.encode(),
        # Numbers whose digits are not written out.
        rb"[0-9.]{10,}[eE]",
    )


def _member_trigger(group: NameGroup) -> bytes:
    whole = "".join(f'|"{_spelled(name)}' for name in group.whole_names)
    value = "" if group.numbers else r'\s*["\[{]'
    return rf'(?i)(?:{_names_of(group)}{whole})"\s*:{value}'.encode()
