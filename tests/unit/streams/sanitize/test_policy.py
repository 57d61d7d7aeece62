"""What a customer adds: rules, allow-lists, operators."""

import json
from pathlib import Path

import pytest

from km_streams.sanitize.assembly import sanitizer_from
from km_streams.sanitize.detector import detector_of
from km_streams.sanitize.policy import BYTES_LIMIT, PolicyError, read_policy
from km_streams.sanitize.prefilter import Re2Prefilter
from km_streams.sanitize.ruleset import load_rules
from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.splice import Sanitized
from km_streams.sanitize.testing import KNOWN_RING
from km_streams.settings import SettingsError

MAIL = "ada" + "@" + "example.org"
CARD = "4111" + "1111" * 3


def sanitizer(folder: Path, text: str) -> Sanitizer:
    path = folder / "policy.yaml"
    path.write_text(text)
    policy = read_policy(path, load_rules())
    return Sanitizer(detector_of(policy.rules, KNOWN_RING, Re2Prefilter, policy.operators))


def sanitized(folder: Path, text: str, frame: object) -> Sanitized:
    return sanitizer(folder, text).sanitize(json.dumps(frame).encode(), 0)


def test_a_policy_adds_a_rule_spares_a_value_and_changes_the_version(tmp_path: Path) -> None:
    text = f"""
rules: [{{id: acme-badge, version: 3, source: ACME, type: acme_badge, pattern: 'ACME-[0-9]{{6}}'}}]
allow: {{values: [{MAIL}], patterns: ['[a-z]+@acme\\.example']}}
"""
    made = sanitizer(tmp_path, text)
    result = made.sanitize(json.dumps(["ACME-123456", MAIL, "bob" + "@acme.example", "b" + MAIL]).encode(), 0)
    assert [(finding.rule, finding.path) for finding in result.findings] == [
        ("acme-badge@3", "$[0]"),
        ("email-address@1", "$[3]"),
    ]
    assert made.detector.rules.version != load_rules().version


@pytest.mark.parametrize(
    ("operator", "shown"),
    [("mask", "pay ********"), ("drop", "pay "), ("keep", f"pay {CARD}"), ("last_four", "pay ********1111")],
)
def test_an_operator_decides_what_stands_in_the_place_of_a_type(tmp_path: Path, operator: str, shown: str) -> None:
    result = sanitized(tmp_path, f"operators: {{card: {operator}}}", {"t": f"pay {CARD}", "n": int(CARD)})
    assert json.loads(result.data)["t"] == shown
    assert json.loads(result.data)["n"] == (int(CARD) if operator == "keep" else shown.removeprefix("pay "))
    assert result.counts == {"card": 2}
    assert result.findings[0].token == result.findings[1].token


def test_the_operator_of_a_family_serves_its_members(tmp_path: Path) -> None:
    result = sanitized(tmp_path, "operators: {secret: mask}", {"password": "opaque", "to": MAIL})
    assert json.loads(result.data)["password"] == "********"
    assert "«email:" in json.loads(result.data)["to"]


@pytest.mark.parametrize(
    "text",
    [
        "rules: [{id: x}]",
        "unknown: 1",
        "operators: {card: burn}",
        "!!python/object/apply:os.getcwd []",
        "a: &a [1]\nallow: {values: *a}",
        "allow: {patterns: ['(?=a)']}",
        "rules: [{id: payment-card, version: 1, source: s, type: card, pattern: x}]",
        "rules: [{id: y, version: 1, source: s, type: 'a b', pattern: x}]",
        f"allow: {{patterns: ['{'a' * 2_001}']}}",
        "#" * (BYTES_LIMIT + 1),
        "[" * 5_000,
    ],
)
def test_a_policy_that_is_malformed_or_unbounded_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(PolicyError):
        read_policy(path, load_rules())


def test_a_missing_policy_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="KM_SANITIZE_POLICY"):
        sanitizer_from({"KM_SANITIZE_POLICY": str(tmp_path / "none.yaml")}, KNOWN_RING)
