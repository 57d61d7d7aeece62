"""What the sanitizer looks for, as data: the YAML files in `rules/`, read and checked once."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import re2
import yaml
from msgspec import structs

from km_streams.re2_bytes import Pattern, compiled
from km_streams.sanitize.database_cache import read_database, write_database
from km_streams.sanitize.generic import GENERIC_VALIDATORS
from km_streams.sanitize.validators import CHECKSUMS, VALIDATORS, Validator, whole

T = TypeVar("T")

Checksum = Callable[[bytes], bool]
"""Whether a value has the check digits of its vendor."""

_VALIDATORS: Final = {**VALIDATORS, **GENERIC_VALIDATORS}
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NAMES_FILE: Final = "names.yaml"
_NAMES: Final = "{names}"
"""Stands in patterns for all names of secrets."""
_SHORT_KEYWORD: Final = 4
"""Letters up to which a keyword would often be part of another word."""
_VENDOR_GAP: Final = r"""(?:[\w\s."':{\x1f-]{0,24}?"""
"""What stands between a vendor's name and a value without a form of its own: behind it, rules are alike."""
_NAME_START: Final = re.compile(r"^(\(\?i\)\(\?P<name>)\[\\w[.$-]*\]\*")
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
    hits: tuple[tuple[str, ...], ...] = ()
    near_misses: tuple[tuple[str, ...], ...] = ()
    type: str | None = None
    """None where the name in the text decides it."""
    validator: str | None = None
    """Decides whether a match is a finding at all."""
    keywords: tuple[str, ...] = ()
    """One of them must stand near a match, in any case; of up to four letters only between what is no letter."""
    confidence: float = 0.9
    """How sure a finding is, 0 to 1."""
    screen: str | None = None
    """Cheaper than the pattern, and occurs wherever the rule finds something."""
    checksum: str | None = None
    """Decides how sure a finding is: with a wrong check digit it still is one."""


class NameGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names under which one type of secret stands."""

    id: str
    version: int
    type: str
    names: tuple[str, ...] = ()
    whole_names: tuple[str, ...] = ()
    numbers: bool = False
    """Whether numbers under such a name are secret, too (a `password` of digits; not a `max_token`)."""
    plural: bool = True
    plausible: bool = False
    """Whether a value must look like a secret itself: the name says little."""
    confidence: float = 0.9


class _RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[RuleSource, ...]


class _NameFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: tuple[NameGroup, ...]
    spared_names: tuple[str, ...]
    describing_names: frozenset[str]
    schema_names: frozenset[str]
    pair_names: frozenset[str]
    pair_values: frozenset[str]
    spared_values: tuple[str, ...]
    rules: tuple[RuleSource, ...]


class _Files(msgspec.Struct, frozen=True):
    """What all files say."""

    rules: tuple[RuleSource, ...]
    names: _NameFile


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, compiled."""

    source: RuleSource
    label: str
    """`<id>@<version>`, as findings name it."""
    screen: bytes
    """Occurs, cheap to tell, wherever the rule finds something."""
    pattern: Pattern
    validator: Validator
    keyword: Pattern | None
    """Any of its keywords; None for a rule that needs none."""
    checksum: Checksum | None
    value_group: int
    """The group of the pattern that is replaced; 0 for all of it."""
    name_group: int | None
    """The group that holds the name which decides the type, where the rule has none."""


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """All rules of one version of the sanitizer; one of them is equal to itself alone, so that it hashes fast."""

    rules: tuple[Rule, ...]
    named: tuple[int, ...]
    """Positions of the rules that know a secret by its name."""
    name_end: bytes
    """Where a secret name ends, and the byte behind it: an expression for the prefilter."""
    groups: tuple[NameGroup, ...]
    group_patterns: tuple[Pattern, ...]
    """Of each group, over a whole name."""
    any_name: Pattern
    """Matches a whole name where one of the groups' does."""
    spared_name: Pattern
    spared_value: Pattern
    allowed: Pattern | None
    """What a customer says is not sensitive."""
    describing_names: frozenset[bytes]
    schema_names: frozenset[bytes]
    pair_names: frozenset[bytes]
    """Members that name what a member of `pair_values` in the same object holds."""
    pair_values: frozenset[bytes]
    version: str
    """Ten hexadecimal digits of the SHA-256 of the rule files."""


@cache
def load_rules(cache_folder: Path | None = None) -> RuleSet:
    """The rules this version ships; RuleError where a file is malformed. With a folder, what was read is kept there."""
    folder = resources.files("km_streams.sanitize") / "rules"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    texts = {file.name: file.read_bytes() for file in files}
    kept = _kept(texts, cache_folder) if cache_folder else _read(texts)
    names, sources = kept.names, list(kept.rules)
    alternatives = "|".join(_names_of(group) for group in names.groups if group.names)
    named = {rule.id for rule in names.rules if _NAMES in rule.pattern}
    sources += [structs.replace(rule, pattern=rule.pattern.replace(_NAMES, alternatives)) for rule in names.rules]
    return RuleSet(
        rules=tuple(map(compiled_rule, sources)),
        named=tuple(number for number, rule in enumerate(sources) if rule.id in named),
        groups=names.groups,
        group_patterns=tuple(compiled(_group_expression(group)) for group in names.groups),
        any_name=compiled(b"|".join(map(_group_expression, names.groups))),
        spared_name=compiled(f"(?i)(?:{'|'.join(map(_spelled, names.spared_names))})$".encode()),
        spared_value=compiled(f"(?i)(?:{'|'.join(names.spared_values)})".encode()),
        allowed=None,
        describing_names=frozenset(name.encode() for name in names.describing_names),
        schema_names=frozenset(name.encode() for name in names.schema_names),
        pair_names=frozenset(name.encode() for name in names.pair_names),
        pair_values=frozenset(name.encode() for name in names.pair_values),
        name_end=_name_end_expression(names),
        version=version_of(texts.values()),
    )


def _read(texts: Mapping[str, bytes]) -> _Files:
    rules = (rule for name, text in texts.items() if name != _NAMES_FILE for rule in _parsed(text, _RuleFile).rules)
    return _Files(tuple(rules), _parsed(texts[_NAMES_FILE], _NameFile))


def _kept(texts: Mapping[str, bytes], folder: Path) -> _Files:
    """As `_read`, from the folder where this was read before: YAML takes longer than all the rest."""
    fields = "".join(field for form in (RuleSource, NameGroup, _NameFile) for field in form.__struct_fields__)
    path = folder / f"rules-{version_of((*texts.values(), fields.encode()))}.msgpack"
    data = read_database(path)
    if data is not None:
        with suppress(msgspec.DecodeError):
            return msgspec.msgpack.decode(data, type=_Files)
    files = _read(texts)
    write_database(path, msgspec.msgpack.encode(files))
    return files


def version_of(texts: Iterable[bytes]) -> str:
    """Ten hexadecimal digits of the SHA-256 of files of rules."""
    return hashlib.sha256(b"".join(texts)).hexdigest()[:10]


def compiled_rule(source: RuleSource) -> Rule:
    """The rule of one entry of a file; PatternError for one not of RE2's syntax, RuleError for an unknown validator."""
    pattern = compiled(source.pattern.encode())
    if source.validator is not None and source.validator not in _VALIDATORS:
        raise RuleError(f"rule {source.id} names a validator that does not exist: {source.validator}")
    if source.checksum is not None and source.checksum not in CHECKSUMS:
        raise RuleError(f"rule {source.id} names a checksum that does not exist: {source.checksum}")
    return Rule(
        source=source,
        label=f"{source.id}@{source.version}",
        screen=_screen_of(source),
        pattern=pattern,
        validator=_VALIDATORS[source.validator] if source.validator else whole,
        keyword=compiled(keyword_expression(source.keywords)) if source.keywords else None,
        checksum=CHECKSUMS[source.checksum] if source.checksum else None,
        value_group=pattern.groupindex.get(b"value", 0),
        name_group=pattern.groupindex.get(b"name"),
    )


def keyword_expression(keywords: Sequence[str]) -> bytes:
    """What matches where one of the keywords stands."""
    words = (
        rf"(?:^|[^a-z]){re2.escape(word)}(?:[^a-z]|$)" if len(word) <= _SHORT_KEYWORD else re2.escape(word)
        for word in keywords
    )
    return f"(?i)(?:{'|'.join(words)})".encode()


def _screen_of(source: RuleSource) -> bytes:
    """The start of the pattern, or its keywords: hundreds of whole patterns are slow to compile and to search."""
    if source.screen:
        return source.screen.encode()
    if source.keywords:
        return keyword_expression(source.keywords)
    vendor, gap, _ = source.pattern.partition(_VENDOR_GAP)
    if gap and vendor.startswith("(?i:") and vendor.endswith(")"):
        return vendor.encode()
    return _NAME_START.sub(r"\1", source.pattern).encode()


def _parsed(text: bytes, form: type[T]) -> T:
    try:
        return msgspec.convert(yaml.load(text, _LOADER), form)  # noqa: S506 - one of the two safe loaders
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise RuleError(f"a file of rules is not of its form: {error}") from error


def _spelled(name: str) -> str:
    return _SEPARATOR.join("".join(map(_in_each_case, re2.escape(word))) for word in name.split(" "))


def _in_each_case(letter: str) -> str:
    """A letter as an expression, which knows the case of letters of ASCII alone."""
    lower, upper = letter.lower(), letter.upper()
    return letter if letter.isascii() or lower == upper else f"(?:{lower}|{upper})"


def _names_of(group: NameGroup) -> str:
    return f"(?:{'|'.join(map(_spelled, group.names))}){'s?' if group.plural else ''}{_COUNTER}"


def _group_expression(group: NameGroup) -> bytes:
    ends = [_names_of(group)] if group.names else []
    return f"(?i)(?:{'|'.join([*ends, *(f'^{_spelled(name)}' for name in group.whole_names)])})$".encode()


def _name_end_expression(names: _NameFile) -> bytes:
    """A secret name that ends, and what follows: no border of leaves; of names that count as a whole, a quote."""
    ends = "|".join(_names_of(group) for group in names.groups if group.names)
    wholes = "|".join(_spelled(name) for group in names.groups for name in group.whole_names)
    behind = r"""[*_]{0,3}(?:["'`\]=:,|\t ]|>[^<>\n"]|[\n\v\f\r][^\x1f])"""
    return rf"""(?i)(?:(?:{ends}){behind}|(?:^|[^a-z0-9])(?:{wholes})["'])""".encode()
