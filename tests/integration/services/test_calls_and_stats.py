"""Calls and sums over HTTP."""

from datetime import timedelta

import httpx

from km_services.testing.recorded import Recorded


async def test_pages_of_calls_are_stable_while_calls_end(client: httpx.AsyncClient, recorded: Recorded) -> None:
    run_id = await recorded.run()
    for number in range(30):  # three at each moment: pages end between equal times
        await recorded.call(run_id, at=recorded.now - timedelta(seconds=number // 3))
    told: list[tuple[str, int]] = []
    query: dict[str, str | int] = {"limit": 4}
    while True:
        page = (await client.get("/api/calls", params=query)).json()
        told += [(call["closed_at"], call["opened_seq"]) for call in page["calls"]]
        if page["next_cursor"] is None:
            break
        await recorded.call(run_id, at=recorded.now + timedelta(seconds=len(told)))
        query["cursor"] = page["next_cursor"]
    assert len(set(told)) == len(told) == 30
    assert [moment for moment, _ in told] == sorted((moment for moment, _ in told), reverse=True)


async def test_calls_are_filtered_by_server_outcome_level_run_and_method(
    client: httpx.AsyncClient, recorded: Recorded
) -> None:
    one, other = await recorded.run(), await recorded.run()
    await recorded.call(one, server="git", outcome="error", error_code=-32602)
    await recorded.call(one, server="time", score=80, method="tools/list", target=None)
    await recorded.call(other, server="files", at=recorded.now - timedelta(hours=1))

    async def servers(**query: str) -> list[str]:
        return [call["server"] for call in (await client.get("/api/calls", params=query)).json()["calls"]]

    assert await servers(server="git") == ["git"]
    assert await servers(outcome="error") == ["git"]
    assert await servers(level="low") == ["time"]
    assert await servers(run=str(other)) == ["files"]
    assert await servers(method="tools/list") == ["time"]
    assert await servers(until=(recorded.now - timedelta(minutes=30)).isoformat()) == ["files"]


async def test_the_overview_adds_up_this_day_and_the_one_before(client: httpx.AsyncClient, recorded: Recorded) -> None:
    run_id = await recorded.run()
    await recorded.call(run_id, duration_us=1_500, findings=2)
    await recorded.call(run_id, duration_us=40_000, outcome="tool_error", score=90)
    await recorded.call(run_id, at=recorded.now - timedelta(hours=30))
    await recorded.call(run_id, at=recorded.now - timedelta(hours=60))
    overview = (await client.get("/api/overview")).json()
    now, before = overview["now"], overview["before"]
    assert (now["calls"], now["errors"], now["redactions"], now["high_risk"]) == (2, 1, 2, 1)
    assert (before["calls"], before["errors"]) == (1, 0)
    assert (overview["runs"], overview["running"], overview["generation"]) == (1, 1, 1)
    assert 20_000 < now["p95_us"] <= 50_000


async def test_every_hour_is_told_also_those_without_traffic(client: httpx.AsyncClient, recorded: Recorded) -> None:
    run_id = await recorded.run()
    await recorded.call(run_id, server="git")
    await recorded.call(run_id, server="time", at=recorded.now - timedelta(hours=3))
    hours = (await client.get("/api/stats/hourly")).json()["hours"]
    assert len(hours) == 24
    assert [hour["calls"] for hour in hours][-4:] == [1, 0, 0, 1]
    only_git = (await client.get("/api/stats/hourly", params={"server": "git"})).json()["hours"]
    assert [hour["calls"] for hour in only_git][-4:] == [0, 0, 0, 1]
    assert hours[0]["p95_us"] is None


async def test_servers_come_with_most_calls_first(client: httpx.AsyncClient, recorded: Recorded) -> None:
    run_id = await recorded.run()
    for server in ("git", "time", "time"):
        await recorded.call(run_id, server=server)
    servers = (await client.get("/api/stats/servers")).json()["servers"]
    assert [(each["server"], each["calls"]) for each in servers] == [("time", 2), ("git", 1)]


async def test_ranges_that_make_no_sense_are_refused(client: httpx.AsyncClient) -> None:
    for query in (
        {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"since": "2026-01-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
        {"since": "9999-12-31T23:00:00Z"},
    ):
        answer = await client.get("/api/stats/hourly", params=query)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert (await client.get("/api/stats/hourly", params={"since": "2026-01-01T00:00:00"})).status_code == 422
