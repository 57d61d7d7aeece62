"""More than usual, again and again, not as it was said before."""

import pytest

from km_streams.score.history.volume import learn_value
from km_streams.score.state import Baseline
from km_streams.score.testing import Talk, ids_of, known_scorer, run_started

HELLO = {"protocolVersion": "2025-11-25", "serverInfo": {"name": "s", "version": "1"}}


def test_a_result_far_above_the_tools_own_is_oversized() -> None:
    talk = Talk()
    for n in range(8):
        talk.call("files", "read", n=n)
        assert ids_of(talk.say("files", "x" * (400 + n))) == {}
    talk.call("files", "read", n=9)
    assert ids_of(talk.say("files", "word " * 40_000)) == {"oversized-result": 0.2}


def test_a_tool_that_always_gave_much_gives_much() -> None:
    talk = Talk()
    for n in range(8):
        talk.call("files", "read", n=n)
        assert ids_of(talk.say("files", "word " * 40_000)) == {}


def test_a_baseline_has_mean_and_variance() -> None:
    baseline = Baseline()
    for value in (4.0, 6.0, 5.0):
        learn_value(baseline, value)
    assert baseline.mean == pytest.approx(5.0)
    assert baseline.variance == pytest.approx(2 / 3)


def test_a_minute_with_far_more_requests_than_usual() -> None:
    talk = Talk()
    for _ in range(5):
        for n in range(3):
            assert "rate-spike" not in ids_of(talk.call("files", "read", n=n))
        talk.wait(60)
    talk.wait(60 - talk._now_us // 1_000_000 % 60)
    spikes = ["rate-spike" in ids_of(talk.call("files", "list", n=n)) for n in range(240)]
    assert 100 < spikes.index(True) < 140
    assert all(spikes[spikes.index(True) :])


def test_a_burst_of_errors_is_said_at_its_threshold() -> None:
    talk, said = Talk(), []
    for n in range(15):
        talk.call("files", "read", n=n)
        said.append("error-burst" in ids_of(talk.fail("files", -32603)))
    assert [n for n, one in enumerate(said) if one] == [9, 10, 11, 12, 13, 14]


def test_refusals_in_any_form_are_counted() -> None:
    talk, said = Talk(), []
    for n in range(3):
        talk.call("api", "get", n=n)
        said.append("auth-failures" in ids_of(talk.fail("api", -32000, "HTTP 401")))
        talk.call("api", "get", m=n)
        said.append("auth-failures" in ids_of(talk.answer("api", isError=True, content=[{"text": "Forbidden"}])))
    assert [n for n, one in enumerate(said) if one] == [4, 5]


def test_asking_for_methods_that_do_not_exist() -> None:
    talk, said = Talk(), []
    for n in range(8):
        talk.ask("api", f"admin/{n}")
        said.append("probing" in ids_of(talk.fail("api", -32601)))
    assert [n for n, one in enumerate(said) if one] == [5]


def test_the_same_call_again_and_again() -> None:
    talk = Talk()
    weights = [ids_of(talk.call("api", "poll", job=1)).get("runaway-loop", 0.0) for _ in range(45)]
    assert [n for n, weight in enumerate(weights) if weight] == list(range(9, 45))
    assert weights[9] < weights[19] < weights[39]
    assert weights[44] < 0.35, "between the doublings it is low"


def test_calls_far_apart_are_no_loop() -> None:
    talk = Talk()
    for _ in range(30):
        assert "runaway-loop" not in ids_of(talk.call("api", "poll", job=1))
        talk.wait(700)


def test_very_many_different_calls_in_a_minute() -> None:
    talk = Talk()
    said = [n for n in range(100) if "enumeration" in ids_of(talk.call("api", "get", id=n))]
    assert said == list(range(59, 100))


def test_an_answer_that_nobody_asked_for() -> None:
    talk = Talk()
    assert ids_of(talk.frame("api", "server_to_client", {"jsonrpc": "2.0", "id": 9, "result": {}})) == {}
    talk.call("api", "get")
    scored = talk.frame("api", "server_to_client", {"jsonrpc": "2.0", "id": 9, "result": {}})
    assert (ids_of(scored), scored.signals[0].evidence) == ({"orphan-answer": 0.2}, "9")


def test_a_second_answer_is_one_too_and_a_late_one_is_not() -> None:
    talk = Talk()
    talk.call("api", "get")
    talk.answer("api")
    assert ids_of(talk.answer("api")) == {"second-answer": 0.25}
    talk.call("api", "get")
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 2}}
    talk.frame("api", "client_to_server", cancel)
    assert ids_of(talk.answer("api")) == {}


def test_a_run_that_was_not_seen_whole_has_no_orphans() -> None:
    talk = Talk()
    talk.call("api", "get")
    talk.frame("api", "client_to_server", "noise")
    assert ids_of(talk.frame("api", "server_to_client", {"jsonrpc": "2.0", "id": 9, "result": {}})) == {}


def test_an_id_that_waits_for_its_answer_is_used_again() -> None:
    talk = Talk()
    frame = {"jsonrpc": "2.0", "id": 5, "method": "ping"}
    assert ids_of(talk.frame("api", "client_to_server", frame)) == {}
    assert ids_of(talk.frame("api", "client_to_server", frame)) == {"id-reuse": 0.15}
    assert ids_of(talk.frame("api", "server_to_client", frame)) == {}, "the other direction has ids of its own"


def test_an_older_version_than_before_and_another_name_within_a_run() -> None:
    talk = Talk()
    talk.ask("api", "initialize")
    assert ids_of(talk.answer("api", **HELLO)) == {}
    talk.ask("api", "initialize")
    assert ids_of(talk.answer("api", **HELLO | {"serverInfo": {"name": "t"}})) == {"identity-change": 0.36}
    talk.restart("api")
    talk.ask("api", "initialize")
    assert ids_of(talk.answer("api", **HELLO | {"protocolVersion": "2024-11-05"})) == {"protocol-downgrade": 0.15}
    talk.ask("api", "initialize")
    assert ids_of(talk.answer("api", **HELLO)) == {"protocol-downgrade": 0.36}


def test_a_client_that_never_used_the_server() -> None:
    talk = Talk()
    assert ids_of(talk.ask("api", "initialize", clientInfo={"name": "a"})) == {}
    talk.restart("api")
    assert ids_of(talk.ask("api", "initialize", clientInfo={"name": "b"})) == {"new-client": 0.05}


def test_headers_and_body_that_say_different_things() -> None:
    talk = Talk()
    talk.call("api", "get")
    assert "header-mismatch" in ids_of(talk.fail("api", -32020))


@pytest.mark.parametrize(
    ("url", "insecure"),
    [
        ("http://tools.example.com/mcp", True),
        ("https://tools.example.com/mcp", False),
        ("http://localhost:8080/mcp", False),
        ("http://localhost.evil.example/mcp", True),
        ("http://127.0.0.1/mcp", False),
    ],
)
def test_a_remote_server_without_encryption(url: str, insecure: bool) -> None:
    from km_streams.score.state import InstallationState

    scored = known_scorer().score(run_started(argv=("npx", "mcp-remote", url)), InstallationState())
    assert scored
    assert [signal.id for signal in scored.signals] == (["insecure-remote"] if insecure else [])
