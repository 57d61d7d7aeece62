"""Every rule finds its examples, spares its near misses, and says the same with and without hyperscan."""

import json

import pytest

from km_streams.re2_bytes import PatternError
from km_streams.sanitize.detector import expressions_of
from km_streams.sanitize.prefilter import HyperscanPrefilter, Re2Prefilter
from km_streams.sanitize.ruleset import Rule, RuleError, RuleSource, compiled_rule, load_rules
from km_streams.sanitize.testing import known_sanitizer

RULES = load_rules()
HITS = [(rule, "".join(pieces)) for rule in RULES.rules for pieces in rule.source.hits]
NEAR_MISSES = [(rule, "".join(pieces)) for rule in RULES.rules for pieces in rule.source.near_misses]


def found_by(rule: Rule, text: str) -> bool:
    return any(
        span.type == rule.source.type if rule.source.type else span.rule == rule.label
        for span in known_sanitizer().detector.spans(text.encode())
        if span.rule == rule.label
    )


@pytest.mark.parametrize(("rule", "text"), HITS, ids=lambda value: value.label if isinstance(value, Rule) else "")
def test_a_rule_finds_its_examples(rule: Rule, text: str) -> None:
    assert found_by(rule, text)


@pytest.mark.parametrize(
    ("rule", "text"), NEAR_MISSES, ids=lambda value: value.label if isinstance(value, Rule) else ""
)
def test_a_rule_spares_its_near_misses(rule: Rule, text: str) -> None:
    assert not found_by(rule, text)


@pytest.mark.parametrize(("rule", "text"), HITS, ids=lambda value: value.label if isinstance(value, Rule) else "")
@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_an_example_alone_in_a_json_string_is_found_by_the_whole_sanitizer(
    rule: Rule, text: str, ensure_ascii: bool
) -> None:
    frame = json.dumps({"result": [text]}, ensure_ascii=ensure_ascii).encode()
    assert any(finding.rule == rule.label for finding in known_sanitizer().sanitize(frame, 0).findings)


@pytest.mark.parametrize(("rule", "text"), HITS, ids=lambda value: value.label if isinstance(value, Rule) else "")
def test_hyperscan_and_re2_name_the_same_rules_for_every_example(rule: Rule, text: str) -> None:
    expressions = expressions_of(RULES)
    data = json.dumps({"a": text, text: 1}).encode() + text.encode()
    hits = HyperscanPrefilter(expressions).hits(data)
    assert hits == Re2Prefilter(expressions).hits(data)
    assert hits


def test_every_rule_has_two_examples_a_near_miss_and_a_source() -> None:
    for rule in RULES.rules:
        assert len(rule.source.hits) >= 2, rule.label
        assert rule.source.near_misses or rule.label.startswith("assigned-member"), rule.label
        assert rule.source.source, rule.label


def test_rule_ids_are_unique() -> None:
    ids = [rule.source.id for rule in RULES.rules] + [group.id for group in RULES.groups]
    assert len(set(ids)) == len(ids)


def test_no_example_stands_in_a_rule_file_in_one_piece() -> None:
    from importlib import resources

    folder = resources.files("km_streams.sanitize") / "rules"
    token_families = [rule for rule in RULES.rules if (rule.source.type or "").startswith("secret.")]
    for name in ("secrets.yaml", "personal.yaml", "names.yaml"):
        text = (folder / name).read_bytes()
        for rule in token_families:
            assert not list(rule.pattern.finditer(text)), (name, rule.label)


def source(**changes: object) -> RuleSource:
    fields = {"id": "x", "version": 1, "source": "s", "pattern": "x", "hits": (), "near_misses": ()}
    return RuleSource(**(fields | changes))  # type: ignore[arg-type]


def test_a_pattern_that_is_no_re2_is_refused() -> None:
    with pytest.raises(PatternError, match="RE2"):
        compiled_rule(source(pattern=r"(?<=a)b"))


def test_an_unknown_validator_is_refused() -> None:
    with pytest.raises(RuleError, match="validator"):
        compiled_rule(source(validator="nobody"))
