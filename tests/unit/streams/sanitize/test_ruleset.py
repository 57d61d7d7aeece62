"""Every rule finds its examples, spares its near misses, and says the same with and without hyperscan."""

import json
from importlib import resources

import pytest

from km_streams.re2_bytes import PatternError
from km_streams.sanitize.ruleset import Rule, RuleError, RuleSource, compiled_rule, load_rules
from km_streams.sanitize.spans import Span, merged
from km_streams.sanitize.testing import known_sanitizer

RULES = load_rules()
each_rule = pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.label)


def examples(rule: Rule) -> list[str]:
    return ["".join(pieces) for pieces in rule.source.hits]


def spans_of(rule: Rule, text: str) -> list[Span]:
    return [span for span in known_sanitizer().detector.spans(text.encode()) if span.rule == rule.label]


@each_rule
def test_a_rule_finds_its_examples(rule: Rule) -> None:
    for text in examples(rule):
        assert any(span.type == rule.source.type or not rule.source.type for span in spans_of(rule, text)), text


@each_rule
def test_of_all_that_is_found_in_an_example_the_rules_own_family_names_its_value(rule: Rule) -> None:
    for text in examples(rule) if rule.source.type else ():
        found = merged(known_sanitizer().detector.spans(text.encode()))
        for own in spans_of(rule, text):
            holders = [span for span in found if span.start <= own.start and span.end >= own.end]
            assert [span.type for span in holders] == [rule.source.type], text


@each_rule
def test_a_rule_spares_its_near_misses(rule: Rule) -> None:
    for pieces in rule.source.near_misses:
        assert not spans_of(rule, "".join(pieces)), pieces


@each_rule
@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_the_value_of_an_example_in_a_json_string_passes_the_whole_sanitizer_nowhere(
    rule: Rule, ensure_ascii: bool
) -> None:
    for text in examples(rule):
        result = known_sanitizer().sanitize(json.dumps({"result": [text]}, ensure_ascii=ensure_ascii).encode(), 0)
        assert result.findings, text
        assert not any(text.encode()[span.start : span.end] in result.data for span in spans_of(rule, text)), text


@each_rule
def test_hyperscan_and_re2_name_the_same_rules_for_every_example(rule: Rule) -> None:
    for text in examples(rule):
        data = json.dumps({"a": text, text: 1}).encode() + text.encode()
        screens, fallback = (known_sanitizer(with_hyperscan=has).detector.screens for has in (True, False))
        found, again = screens.found(data), fallback.found(data)
        assert found == again
        assert found.rules


def test_every_rule_has_two_examples_a_near_miss_and_a_source() -> None:
    for rule in RULES.rules:
        assert len(rule.source.hits) >= 2, rule.label
        assert rule.source.near_misses or rule.label.startswith("assigned-member"), rule.label
        assert rule.source.source, rule.label


def test_rule_ids_are_unique() -> None:
    ids = [rule.source.id for rule in RULES.rules] + [group.id for group in RULES.groups]
    assert len(set(ids)) == len(ids)


def test_no_example_stands_in_a_rule_file_in_one_piece() -> None:
    families = {rule.label for rule in RULES.rules if (rule.source.type or "").startswith("secret.")}
    for file in (resources.files("km_streams.sanitize") / "rules").iterdir():
        spans = known_sanitizer().detector.spans(file.read_bytes())
        assert not families.intersection(span.rule for span in spans), file.name


def source(**changes: object) -> RuleSource:
    fields = {"id": "x", "version": 1, "source": "s", "pattern": "x", "hits": (), "near_misses": ()}
    return RuleSource(**(fields | changes))  # type: ignore[arg-type]


def test_a_pattern_that_is_no_re2_is_refused() -> None:
    with pytest.raises(PatternError, match="RE2"):
        compiled_rule(source(pattern=r"(?<=a)b"))


def test_an_unknown_validator_is_refused() -> None:
    with pytest.raises(RuleError, match="validator"):
        compiled_rule(source(validator="nobody"))
