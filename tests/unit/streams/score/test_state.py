"""The installation's state: its bytes, its bounds, its memory."""

import pytest
from msgspec.structs import replace

from km_schemas.timestamps import micros_of, rfc3339
from km_streams.score import state as state_module
from km_streams.score.bounds import KEPT_AFTER_END_US, STATE_BYTES_LIMIT
from km_streams.score.calls import calls_of
from km_streams.score.state import VERSION, InstallationState, StateError, decode_state, encode_state
from km_streams.score.testing import event, known_scorer, request, result, run_ended, run_started
from km_streams.score.weights import weight_of_call, weight_of_run

SCORER = known_scorer()


def run_id(number: int) -> str:
    return f"0198f3a1-0000-7000-8000-{number:012x}"


def test_a_state_is_the_same_after_its_bytes() -> None:
    state = InstallationState()
    for one in (run_started(), request(3, "ä", name="x"), result(5, "ä", resultType="input_required", requestState=1)):
        SCORER.score(one, state)
    assert decode_state(encode_state(state)) == state
    assert encode_state(decode_state(encode_state(state))) == encode_state(state)


def test_equal_states_give_equal_bytes_in_whatever_order_they_came_to_be() -> None:
    one, other = InstallationState(), InstallationState()
    events = [replace(request(1, 1), run_id=run_id(n)) for n in range(5)]
    for event_ in events:
        SCORER.score(event_, one)
    for event_ in reversed(events):
        SCORER.score(event_, other)
    assert encode_state(one) == encode_state(other)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", bytes([VERSION + 1]), bytes([VERSION]) + b"\xff", bytes([VERSION]) + b"{}"]
)
def test_bytes_that_are_no_state_are_refused(data: bytes) -> None:
    with pytest.raises(StateError):
        decode_state(data)


def test_a_repeat_has_no_output_and_changes_nothing() -> None:
    state = InstallationState()
    for one in (request(1, 1), result(4, 1)):
        assert SCORER.score(one, state)
    before = encode_state(state)
    assert SCORER.score(request(1, 1), state) is None
    assert encode_state(state) == before
    assert SCORER.score(request(2, 2), state), "a late seq inside a gap is no repeat"


def test_ten_thousand_open_calls_stay_within_the_bound_and_the_oldest_are_given_up() -> None:
    state, given_up = InstallationState(), []
    frame = {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "t" * 128}}
    template = event(1, "client_to_server", frame | {"id": "x" * 200})
    for seq in range(1, 2_000):
        payload = event(seq, "client_to_server", frame | {"id": f"{seq:0200d}"}) if seq < 3 else None
        one = payload or replace(template, seq=seq)
        scored = SCORER.score(one, state)
        assert scored
        given_up += [call.opened_seq for call in scored.closed]
    assert len(encode_state(state)) <= STATE_BYTES_LIMIT
    assert given_up == sorted(given_up)
    assert given_up
    assert given_up[0] == 1


def test_a_frame_with_very_many_requests_stays_within_the_bound() -> None:
    state = InstallationState()
    items = [{"jsonrpc": "2.0", "id": f"{n:0250d}", "method": "m" * 128} for n in range(3_000)]
    scored = SCORER.score(event(1, "client_to_server", items), state)
    assert scored
    assert len(scored.opened) == 1_000
    assert len(encode_state(state)) <= STATE_BYTES_LIMIT


def test_above_the_bound_the_run_unheard_of_for_longest_goes() -> None:
    state = InstallationState()
    items = [{"jsonrpc": "2.0", "id": n, "method": "m" * 100} for n in range(200)]
    batch = event(1, "client_to_server", items)
    for number in range(6):
        late = rfc3339(micros_of(batch.occurred_at) - number * 10**6)
        SCORER.score(replace(batch, run_id=run_id(number), occurred_at=late), state)
    assert run_id(0) in state.runs
    assert run_id(4) not in state.runs
    assert len(encode_state(state)) <= STATE_BYTES_LIMIT


def test_a_run_that_ended_is_forgotten_a_day_later_by_event_time() -> None:
    state = InstallationState()
    for one in (run_started(), run_ended(2)):
        SCORER.score(one, state)
    old = next(iter(state.runs))
    ended_us = state.runs[old].ended_us
    assert ended_us
    for number, age in ((1, KEPT_AFTER_END_US), (2, KEPT_AFTER_END_US + 1)):
        assert old in state.runs
        at = rfc3339(ended_us + age)
        SCORER.score(replace(run_started(), run_id=run_id(number), occurred_at=at, received_at=at), state)
    assert old not in state.runs


def test_a_clock_that_is_ahead_keeps_no_run_alive() -> None:
    state = InstallationState()
    SCORER.score(replace(run_started(), occurred_at="2990-01-01T00:00:00.000000Z"), state)
    assert next(iter(state.runs.values())).last_us == micros_of(run_started().received_at)


def test_weights_are_at_least_the_encoded_sizes() -> None:
    state = InstallationState()
    for seq in range(1, 50):
        SCORER.score(request(seq, "é" * seq, name="ü" * seq, requestState=seq), state)
    (run,) = state.runs.values()
    assert run.weight == sum(map(weight_of_call, calls_of(run)))
    assert weight_of_run(run) >= len(encode_state(state))


def test_the_weight_of_a_run_without_calls_is_that_of_none() -> None:
    state = InstallationState()
    for one in (request(1, 1), request(2, 1), result(3, 1), result(4, 1, resultType="input_required"), run_ended(5)):
        SCORER.score(one, state)
    assert [run.weight for run in state.runs.values()] == [0]


def test_a_state_of_an_older_version_is_upcast_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    old = encode_state(InstallationState())
    monkeypatch.setattr(state_module, "VERSION", 3)
    monkeypatch.setattr(state_module, "STEPS", {1: lambda body: body + b"2", 2: lambda body: body[:-1]})
    assert decode_state(old) == InstallationState()
