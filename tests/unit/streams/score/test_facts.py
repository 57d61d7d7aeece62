"""Who speaks to whom."""

import pytest

from km_schemas.records import Event, RunFacts
from km_streams.score.state import InstallationState
from km_streams.score.testing import event, known_scorer, request, result

META = "io.modelcontextprotocol/"
MODERN = {META + "protocolVersion": "2026-07-28", META + "clientInfo": {"name": "mcp", "version": "1"}}


def facts(*events: Event) -> list[RunFacts | None]:
    scorer, state = known_scorer(), InstallationState()
    return [scored.run_facts for one in events if (scored := scorer.score(one, state))]


def test_the_legacy_era_is_learnt_from_initialize() -> None:
    assert facts(
        request(1, 1, method="initialize", protocolVersion="2025-11-25", clientInfo={"name": "c", "version": "2"}),
        result(2, 1, protocolVersion="2025-06-18", serverInfo={"name": "s", "version": "3"}),
        request(3, 2),
    ) == [
        RunFacts(client_name="c", client_version="2", era="legacy"),
        RunFacts(server_info_name="s", server_info_version="3", protocol_version="2025-06-18"),
        None,
    ]


def test_the_modern_era_is_learnt_from_the_first_request_that_is_no_probe() -> None:
    assert facts(
        request(1, 1, method="server/discover", _meta=MODERN),
        result(2, 1, supportedVersions=["2026-07-28"], _meta={META + "serverInfo": {"name": "s", "version": "3"}}),
        request(3, 2, _meta=MODERN),
        request(4, 3, _meta=MODERN),
    ) == [
        RunFacts(client_name="mcp", client_version="1"),
        RunFacts(server_info_name="s", server_info_version="3"),
        RunFacts(protocol_version="2026-07-28", era="modern"),
        None,
    ]


def test_a_probe_that_falls_back_is_legacy() -> None:
    learnt = facts(request(1, 1, method="server/discover", _meta=MODERN), request(2, 2, method="initialize"))
    assert [one.era if one else None for one in learnt] == [None, "legacy"]


@pytest.mark.parametrize("odd", [None, 1, "x", [], {}, [{}], {"name": 1, "version": []}, {"name": {"name": "x"}}])
def test_members_of_any_type_are_taken_as_they_come(odd: object) -> None:
    events = [
        request(1, 1, method="initialize", protocolVersion=odd, clientInfo=odd, _meta=odd),
        result(2, 1, protocolVersion=odd, serverInfo=odd, _meta=odd, resultType=odd),
        request(3, 2, _meta={META + "protocolVersion": odd, META + "clientInfo": odd}, requestState=odd),
        event(4, "server_to_client", {"jsonrpc": "2.0", "id": 2, "result": odd}),
        event(5, "client_to_server", {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": odd}),
        event(6, "server_to_client", {"jsonrpc": "2.0", "id": 3, "error": odd}),
        event(
            7, "client_to_server", {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": odd}}
        ),
        event(8, "client_to_server", [odd, {"jsonrpc": odd, "id": odd, "method": odd}]),
        event(9, "client_to_server", odd),
    ]
    assert len(facts(*events)) == 9


def test_long_names_are_cut() -> None:
    (learnt,) = facts(request(1, 1, method="initialize", clientInfo={"name": "x" * 1_000}))
    assert learnt
    assert learnt.client_name == "x" * 128
