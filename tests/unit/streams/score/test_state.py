"""The installation's state: its bytes, its bounds, its memory."""

import pytest
from msgspec.structs import replace

from km_schemas.timestamps import micros_of, rfc3339
from km_streams.score import alerts, state_codec
from km_streams.score.bounds import KEPT_AFTER_END_US, MEMORY_BYTES, SERVERS_BYTES_LIMIT, STATE_BYTES_LIMIT
from km_streams.score.calls import calls_of
from km_streams.score.history import flow, obedience, shingles
from km_streams.score.keys import NAME_BYTES, cut
from km_streams.score.state import AlertGroup, Demand, InstallationState, Memory, Read, Sighting
from km_streams.score.state_codec import VERSION, StateError, decode_state, encode_state
from km_streams.score.testing import (
    Talk,
    definition,
    event,
    ids_of,
    known_scorer,
    request,
    result,
    run_ended,
    run_started,
)
from km_streams.score.weights import weight_of_call, weight_of_run, weight_of_server

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
    items = [{"jsonrpc": "2.0", "id": n, "method": "m" * 100} for n in range(45)]
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
    first, second = VERSION, VERSION + 1
    monkeypatch.setattr(state_codec, "VERSION", VERSION + 2)
    monkeypatch.setattr(state_codec, "STEPS", {first: lambda body: body + b"2", second: lambda body: body[:-1]})
    assert decode_state(old) == InstallationState()


def test_what_is_remembered_across_servers_stays_within_its_share() -> None:
    wide = "\N{CJK UNIFIED IDEOGRAPH-4E00}" * 200
    number = 2**62
    memory = Memory(
        secrets={f"{n:012x}": sighting(wide, number) for n in range(flow.SECRETS_LIMIT)},
        destinations={f"{n:012x}": number for n in range(flow.DESTINATIONS_LIMIT)},
        reads=[read(wide, number) for _ in range(flow.READS_LIMIT)],
        demands=[demand(wide, number) for _ in range(obedience.DEMANDS_LIMIT)],
        traits=dict.fromkeys(("private", "untrusted", "outbound", "together"), number),
        alerts={f"{n:012x}": AlertGroup(alert_id=run_id(n), first_us=number) for n in range(alerts.GROUPS_LIMIT)},
    )
    assert len(encode_state(InstallationState(memory=memory))) <= MEMORY_BYTES


def sighting(name: str, number: int) -> Sighting:
    return Sighting(server=cut(name, NAME_BYTES), run_id=run_id(1), seq=number, last_us=number, in_result=True)


def read(name: str, number: int) -> Read:
    short = cut(name, NAME_BYTES)
    return Read(
        run_id=run_id(1), seq=number, at_us=number, server=short, what=short, shingles=[2**32 - 1] * shingles.KEPT
    )


def demand(name: str, number: int) -> Demand:
    short = cut(name, NAME_BYTES)
    literals = [cut(name, obedience.LITERAL_BYTES)] * obedience.LITERALS_LIMIT
    return Demand(
        run_id=run_id(1), seq=number, at_us=number, server=short, tool=short, plain_tool="x" * NAME_BYTES,
        literals=literals, score=100,
    )  # fmt: skip


def test_very_many_servers_with_very_many_tools_stay_within_the_bound() -> None:
    talk = Talk()
    for server in range(12):
        tools = [
            definition(f"{'t' * 100}{n}", "x", **{f"{'p' * 40}{m}": {"type": "string"} for m in range(38)})
            for n in range(30)
        ]
        talk.list_tools(f"server-{server}", *tools)
        for n in range(70):
            talk.call(f"server-{server}", f"{'c' * 100}{n}")
            talk.say(f"server-{server}", "x")
    encoded = encode_state(talk.state)
    assert len(encoded) <= STATE_BYTES_LIMIT
    assert sum(map(weight_of_server, talk.state.servers.values())) <= SERVERS_BYTES_LIMIT
    assert "server-11" in talk.state.servers


def test_a_server_with_more_tools_than_there_is_room_for_makes_no_call_unlisted() -> None:
    talk = Talk()
    for page in range(8):
        tools = [
            definition(f"{'t' * 100}{page}-{n}", "x", **{f"{'p' * 40}{m}": {"type": "string"} for m in range(38)})
            for n in range(30)
        ]
        talk.list_tools("wide", *tools, **({} if page == 7 else {"nextCursor": "x"}))
    assert len(encode_state(talk.state)) <= STATE_BYTES_LIMIT
    assert 0 < len(talk.state.servers["wide"].tools) < 240
    assert ids_of(talk.call("wide", "t" * 100 + "0-0")) == {}
