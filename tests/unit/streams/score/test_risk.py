"""Scores, levels, alerts."""

import uuid

import pytest

from km_schemas.records import Signal
from km_streams.score.risk import risk_score
from km_streams.score.state import InstallationState
from km_streams.score.testing import event, known_scorer, request, run_started

SECRET = "ghp_" + "A1b2" * 9


def signals(*weights: tuple[str, float]) -> list[Signal]:
    return [Signal(id=id_, weight=weight, path="$", rule="r@1") for id_, weight in weights]


@pytest.mark.parametrize(
    ("weights", "score"),
    [
        ([], 0),
        ([("a", 0.5)], 50),
        ([("a", 0.5), ("b", 0.5)], 75),
        ([("a", 0.8), ("a", 0.8)], 90),
        ([("a", 0.8), ("a", 0.8), ("b", 0.5)], 95),
        ([("b", 1.0)], 100),
    ],
)
def test_reasons_add_up_by_noisy_or_with_a_cap_per_family(weights: list[tuple[str, float]], score: int) -> None:
    assert risk_score(signals(*weights), {"a": "f", "b": "g"}, {"f": 0.9, "g": 1.0}) == score


def test_a_secret_in_a_request_is_medium_and_says_where() -> None:
    scored = known_scorer().score(request(1, 1, name="echo", arguments={"t": SECRET}), InstallationState())
    assert scored
    (signal,) = scored.signals
    assert (scored.score, scored.level, scored.alerts) == (60, "medium", [])
    assert (signal.id, signal.path) == ("secret-in-request", "$['params']['arguments']['t']")
    assert signal.evidence == scored.event.findings[0].token


def test_a_secret_in_a_result_is_a_signal_of_its_own() -> None:
    frame = {"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": SECRET}]}}
    scored = known_scorer().score(event(1, "server_to_client", frame), InstallationState())
    assert scored
    assert [(signal.id, signal.weight) for signal in scored.signals] == [("secret-in-result", 0.5)]


def test_an_address_alone_is_no_risk() -> None:
    scored = known_scorer().score(request(1, 1, arguments={"to": "a@b.cc"}), InstallationState())
    assert scored
    assert (scored.score, scored.level) == (7, "none")


def test_equal_types_count_once() -> None:
    scored = known_scorer().score(request(1, 1, arguments=[SECRET, SECRET[:-1] + "x"]), InstallationState())
    assert scored
    assert (len(scored.event.findings), len(scored.signals)) == (2, 1)


def test_high_risk_is_an_alert_with_one_sentence_and_a_lasting_id() -> None:
    scorer = known_scorer()

    def alert() -> object:
        state = InstallationState()
        scorer.score(run_started(), state)
        risky = request(2, 1, name="read_file", arguments={"path": "~/.ssh/id_rsa", "t": SECRET})
        scored = scorer.score(risky, state)
        assert scored
        (one,) = scored.alerts
        assert (scored.level, one.level, one.score) == ("high", "high", scored.score)
        assert one.signals == ["secret-in-request", "sensitive-path"]
        assert one.sentence == (
            "mcp-server-git: tools/call read_file is of high risk (94 of 100): "
            "reads a private key, an agent sends a secret."
        )
        assert uuid.UUID(one.alert_id).version == 5
        return one

    assert alert() == alert()
