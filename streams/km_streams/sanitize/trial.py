"""`km-streams sanitize` and `km-streams rules`: try the sanitizer without a broker."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.records import Finding
from km_streams.sanitize.assembly import sanitizer_from
from km_streams.sanitize.detector import Detector
from km_streams.sanitize.keyring import open_key_ring
from km_streams.sanitize.ruleset import RuleSet
from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.splice import FLOOD, Sanitized, TooManyFindingsError
from km_streams.sanitize.tokens import KeyRing, TokenKey

_NOW_US: Final = 2**62
"""Behind every key's first moment: the newest one serves."""


def sanitizer_to_try(environment: Mapping[str, str]) -> Sanitizer:
    """With the key ring KM_KEYRING, or with a key that ends with this process."""
    path = environment.get("KM_KEYRING")
    customer_id = environment.get("KM_CUSTOMER_ID") or DEFAULT_CUSTOMER_ID
    own = KeyRing([TokenKey("trial", secrets.token_bytes(32), 0)])
    return sanitizer_from(environment, open_key_ring(Path(path), customer_id) if path else own)


def sanitized_lines(sanitizer: Sanitizer, lines: Iterable[bytes]) -> Iterator[Sanitized]:
    """One frame a line; a frame with too much to replace comes back empty, as its event would."""
    for line in lines:
        try:
            yield sanitizer.sanitize(line.removesuffix(b"\n"), _NOW_US)
        except TooManyFindingsError:
            yield Sanitized(b"", (FLOOD,), {FLOOD.type: 1})


def json_line(sanitized: Sanitized) -> bytes:
    """`{"payload": …, "findings": […]}`; bytes that are no UTF-8 become U+FFFD."""
    payload = sanitized.data.decode("utf-8", "replace")
    return orjson.dumps({"payload": payload, "findings": [_as_json(finding) for finding in sanitized.findings]})


def table_lines(number: int, sanitized: Sanitized) -> Iterator[str]:
    """A line for each finding of one frame."""
    for finding in sanitized.findings:
        path = "".join(character if character.isprintable() else "?" for character in finding.path)
        yield f"{number:>5}  {finding.type:<26} {finding.confidence:>4.2f}  {finding.rule:<28} {path}"


def rule_lines(rules: RuleSet) -> Iterator[str]:
    """A line for each rule and each group of names."""
    for rule in rules.rules:
        type_ = rule.source.type or "(by name)"
        yield f"{rule.label:<40} {type_:<30} {rule.source.confidence:.2f}  {rule.source.source}"
    for group in rules.groups:
        yield f"{f'{group.id}@{group.version}':<40} {group.type:<30} {group.confidence:.2f}  names of members"


def failed_examples(detector: Detector) -> Iterator[str]:
    """For each example that a rule misses, and each near miss that it takes, what and where; never the example."""
    for rule in detector.rules.rules:
        for must, examples in ((True, rule.source.hits), (False, rule.source.near_misses)):
            for number, pieces in enumerate(examples, start=1):
                found = any(span.rule == rule.label for span in detector.spans("".join(pieces).encode()))
                if found != must:
                    yield f"{rule.label}: {'misses example' if must else 'takes near miss'} {number}"


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "type": finding.type,
        "rule": finding.rule,
        "path": finding.path,
        "confidence": finding.confidence,
        "token": finding.token,
    }
