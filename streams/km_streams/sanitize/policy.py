"""What one customer adds to the rules: a YAML file that says what else is sensitive, what is not, and what replaces it.

rules: [{id: acme-badge, version: 1, source: "ACME badges", type: acme_badge, pattern: 'ACME-[0-9]{8}'}]
allow: {values: [support@acme.example], patterns: ['[a-z.]+@acme\\.example']}
operators: {card: last_four, email: keep, secret.github_token: drop}
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec
import re2
import yaml

from km_streams.re2_bytes import PatternError, compiled
from km_streams.sanitize.operators import Operator, Operators
from km_streams.sanitize.ruleset import RuleError, RuleSet, RuleSource, compiled_rule, version_of

BYTES_LIMIT: Final = 256 * 1024
RULES_LIMIT: Final = 200
PATTERN_LIMIT: Final = 2_000
"""Characters of one pattern."""
_TYPE: Final = re.compile(r"[a-z][a-z0-9_]{0,30}(?:\.[a-z0-9_]{1,30})?")


class PolicyError(Exception):
    """The policy cannot be used; the message says why."""


class _Allow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    values: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class _PolicyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[RuleSource, ...] = ()
    allow: _Allow = _Allow()
    operators: dict[str, Operator] = {}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules with a customer's additions, and the operators of the customer's choice."""

    rules: RuleSet
    operators: Operators


def read_policy(path: Path, rules: RuleSet) -> Policy:
    """The policy of a file over the shipped rules; PolicyError where it is too large or not of its form."""
    try:
        with path.open("rb") as file:
            text = file.read(BYTES_LIMIT + 1)
    except OSError as error:
        raise PolicyError(f"the policy {path} cannot be read: {error.strerror}") from error
    try:
        return policy_of(text, rules)
    except (RuleError, PatternError) as error:
        raise PolicyError(f"the policy {path} cannot be used: {error}") from error


def policy_of(text: bytes, rules: RuleSet) -> Policy:
    """As `read_policy`, of the text itself; RuleError or PatternError where it cannot be."""
    if len(text) > BYTES_LIMIT:
        raise RuleError(f"it has more than {BYTES_LIMIT} bytes")
    said = _parsed(text)
    _refuse_unbounded(said, rules)
    expression = _allowed_expression(said.allow)
    added = replace(
        rules,
        rules=(*rules.rules, *map(compiled_rule, said.rules)),
        allowed=compiled(expression) if expression else None,
        version=version_of((rules.version.encode(), text)),
    )
    return Policy(added, Operators(said.operators))


def _parsed(text: bytes) -> _PolicyFile:
    try:
        # An alias in an alias in an alias is a text of unbounded size.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise RuleError("it has aliases (*name)")
        return msgspec.convert(yaml.safe_load(text) or {}, _PolicyFile)
    except (yaml.YAMLError, msgspec.ValidationError, RecursionError) as error:
        raise RuleError(f"it is not of its form: {error}") from error


def _refuse_unbounded(said: _PolicyFile, rules: RuleSet) -> None:
    patterns = [*(rule.pattern for rule in said.rules), *said.allow.patterns]
    if len(said.rules) > RULES_LIMIT or any(len(pattern) > PATTERN_LIMIT for pattern in patterns):
        raise RuleError(f"it has more than {RULES_LIMIT} rules, or a pattern of more than {PATTERN_LIMIT} characters")
    known = {rule.source.id for rule in rules.rules}
    for rule in said.rules:
        if rule.id in known or not rule.type or not _TYPE.fullmatch(rule.type):
            raise RuleError(f"rule {rule.id} needs an id of its own and a type such as acme_badge")
        known.add(rule.id)


def _allowed_expression(allow: _Allow) -> bytes:
    alternatives: Sequence[str] = [*map(re2.escape, allow.values), *(f"(?:{pattern})" for pattern in allow.patterns)]
    return "|".join(alternatives).encode()
