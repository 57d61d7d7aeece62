"""What the three variables mean."""

import pytest

from km.shipper.capture_rules import CaptureRules, CaptureRulesError, capture_variables, parse_capture_rules
from km.spool.capture import capture_field


def test_without_variables_everything_is_recorded() -> None:
    assert parse_capture_rules({}) == CaptureRules()
    assert CaptureRules().allows("tools/call")
    assert CaptureRules().allows(None)


@pytest.mark.parametrize(
    ("method", "allowed"),
    [
        ("tools/call", True),
        ("resources/read", True),
        ("resources/list", True),
        ("tools/list", False),
        ("ping", False),
        (None, False),
    ],
)
def test_a_list_of_methods_allows_what_is_on_it(method: str | None, allowed: bool) -> None:
    rules = parse_capture_rules({"KM_METHOD_WHITELIST": " tools/call, resources/*,,"})
    assert rules.allows(method) == allowed


@pytest.mark.parametrize(("text", "excluded"), [("true", True), ("1", True), ("Yes", True), ("0", False), ("", False)])
def test_pings_are_excluded_when_told_so(text: str, excluded: bool) -> None:
    assert parse_capture_rules({"KM_EXCLUDE_PING": text}).exclude_ping == excluded


def test_a_size_is_in_bytes() -> None:
    assert parse_capture_rules({"KM_PAYLOAD_SIZE_LIMIT": " 1024 "}).max_bytes == 1024


@pytest.mark.parametrize(("name", "text"), [("KM_EXCLUDE_PING", "maybe"), ("KM_PAYLOAD_SIZE_LIMIT", "10kb")])
def test_what_is_not_understood_is_named(name: str, text: str) -> None:
    with pytest.raises(CaptureRulesError, match=name):
        parse_capture_rules({name: text})


def test_the_variables_travel_in_a_field_of_the_head() -> None:
    environment = {b"KM_METHOD_WHITELIST": b"a=b,c", b"KM_EXCLUDE_PING": b"", b"PATH": b"/bin"}
    assert capture_variables(capture_field(environment)) == {"KM_METHOD_WHITELIST": "a=b,c"}
