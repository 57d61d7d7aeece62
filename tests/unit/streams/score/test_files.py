"""Sensitive paths in any writing."""

import pytest

from km_streams.score.normal.paths import candidates, normalised
from km_streams.score.ruleset import CompiledRule, load_rules
from km_streams.score.state import InstallationState
from km_streams.score.testing import event, known_scorer, request

RULES = load_rules()
HITS = [(rule, text) for rule in RULES.family("files").values() for text in rule.source.hits]
NEAR_MISSES = [(rule, text) for rule in RULES.family("files").values() for text in rule.source.near_misses]


def rules_of(text: str) -> set[str]:
    scored = known_scorer().score(request(1, 1, name="read", arguments={"a": [text]}), InstallationState())
    assert scored
    assert all(signal.path == "$['params']['arguments']['a'][0]" for signal in scored.signals)
    return {signal.rule for signal in scored.signals if signal.id == "sensitive-path"}


@pytest.mark.parametrize(("rule", "text"), HITS)
def test_a_rule_finds_its_examples(rule: CompiledRule, text: str) -> None:
    assert rule.label in rules_of(text)


@pytest.mark.parametrize(("rule", "text"), NEAR_MISSES)
def test_a_rule_spares_its_near_misses(rule: CompiledRule, text: str) -> None:
    assert rule.label not in rules_of(text)


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        ("/home/ada/./x//../.SSH/id_rsa", "~/.ssh/id_rsa"),
        ("file:///etc/%2573hadow", "/etc/shadow"),
        ("file://localhost/etc/shadow", "/etc/shadow"),
        ("C:\\Users\\Ada\\x", "~/x"),
        ("/../../etc/shadow", "/etc/shadow"),
        ("../../x", "../../x"),
        ("$HOME/x", "~/x"),
        ("${HOME}/x", "~/x"),
        ("/root", "~"),
        ("/rooted/x", "/rooted/x"),
    ],
)
def test_paths_are_brought_to_one_writing(path: str, normal: str) -> None:
    assert normalised(path) == normal


def test_words_of_commands_are_candidates() -> None:
    assert "~/.aws/credentials" in candidates("curl -d @x; cat ~/.aws/credentials|base64")


def test_a_path_with_spaces_is_one_candidate() -> None:
    assert "~/my files/login data" in candidates("/home/ada/my files/Login Data")


def test_only_requests_of_the_client_count() -> None:
    frame = {"jsonrpc": "2.0", "id": 1, "method": "x", "params": {"p": "~/.ssh/id_rsa"}}
    scored = known_scorer().score(event(1, "server_to_client", frame), InstallationState())
    assert scored
    assert scored.signals == []


def test_in_a_batch_the_path_starts_with_the_item() -> None:
    items = [
        {"jsonrpc": "2.0", "id": n, "method": "x", "params": {"p": path}} for n, path in ((1, "a"), (2, "~/.netrc"))
    ]
    scored = known_scorer().score(event(1, "client_to_server", items), InstallationState())
    assert scored
    assert [signal.path for signal in scored.signals] == ["$[1]['params']['p']"]


def test_meta_is_not_searched_and_depth_is_no_danger() -> None:
    nested: object = "~/.ssh/id_rsa"
    for _ in range(400):
        nested = [nested]
    scored = known_scorer().score(request(1, 1, a=nested, _meta={"x": "~/.netrc"}), InstallationState())
    assert scored
    assert [signal.rule for signal in scored.signals] == ["private-keys@2"]
