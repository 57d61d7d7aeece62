"""Runs and their frames over HTTP."""

import base64
import hashlib
from datetime import timedelta
from uuid import uuid4

import httpx

from km_services.query.payload_forms import DEFERRED_ABOVE
from km_services.testing.recorded import Recorded, RecordedFrame

TOKEN_TEXT = "«email:k1:0123456789abcdef01234567»"


async def test_a_frame_tells_its_exact_bytes_its_findings_and_its_signals(
    client: httpx.AsyncClient, recorded: Recorded
) -> None:
    data = f' {{"to": "{TOKEN_TEXT}", "to": 1.0}}\r\n'.encode()
    finding = {"type": "email", "rule": "email@1", "path": "$['to']", "token": TOKEN_TEXT}
    signal = {"id": "secret", "weight": 0.5, "path": "$['to']", "rule": "secret@1", "mapping": ["MCP01"]}
    run_id = await recorded.run()
    await recorded.frames(
        run_id, [RecordedFrame(data, method="tools/call", rpc_id='"1"', score=40, findings=[finding], signals=[signal])]
    )
    (frame,) = (await client.get(f"/api/runs/{run_id}/frames")).json()["frames"]
    assert frame["payload"] == {
        "form": "json",
        "size": len(data),
        "text": data.decode(),
        "base64": None,
        "sha256": None,
    }
    assert frame["findings"] == [finding | {"in_key": False}]
    assert frame["signals"] == [signal | {"evidence": ""}]
    assert (frame["level"], frame["rpc_id"], frame["seq"]) == ("medium", '"1"', 1)


async def test_payloads_of_every_form_stand_at_their_own_frames(client: httpx.AsyncClient, recorded: Recorded) -> None:
    large = b"x" * (DEFERRED_ABOVE + 1)
    frames = [
        RecordedFrame(b"log line\n", kind="stderr", direction=None),
        RecordedFrame(None, kind="result", omitted={"size": 20_000_000, "sha256": "ab" * 32}),
        RecordedFrame(b"\xff\x00", kind="noise"),
        RecordedFrame(large, kind="noise"),
        RecordedFrame(b"{}\n"),
        RecordedFrame(None, kind="placeholder"),
    ]
    run_id = await recorded.run()
    await recorded.frames(run_id, frames)
    payloads = [each["payload"] for each in (await client.get(f"/api/runs/{run_id}/frames")).json()["frames"]]
    assert [each["form"] for each in payloads] == ["text", "omitted", "base64", "deferred", "json", "missing"]
    assert payloads[0]["text"] == "log line\n"
    assert base64.b64decode(payloads[2]["base64"]) == b"\xff\x00"
    assert payloads[4]["text"] == "{}\n"

    whole = await client.get(f"/api/runs/{run_id}/frames/4/payload")
    assert hashlib.sha256(whole.content).digest() == hashlib.sha256(large).digest()
    assert whole.headers["content-disposition"].startswith("attachment")
    assert (await client.get(f"/api/runs/{run_id}/frames/2/payload")).status_code == 404


async def test_pages_of_frames_tell_every_seq_once_while_the_run_goes_on(
    client: httpx.AsyncClient, recorded: Recorded
) -> None:
    run_id = await recorded.run()
    await recorded.frames(run_id, [RecordedFrame(b"%d" % seq) for seq in range(1, 61)])
    await recorded.frames(run_id, [RecordedFrame(b"%d" % seq) for seq in range(61, 100)], first_seq=61)
    told: list[tuple[int, str]] = []
    query: dict[str, str | int] = {"limit": 17}
    while True:
        page = (await client.get(f"/api/runs/{run_id}/frames", params=query)).json()
        told += [(frame["seq"], frame["payload"]["text"]) for frame in page["frames"]]
        if page["next_cursor"] is None:
            break
        if len(told) == 17:
            await recorded.frames(run_id, [RecordedFrame(b"100")], first_seq=100)
        query["cursor"] = page["next_cursor"]
    assert told == [(seq, str(seq)) for seq in range(1, 101)]


async def test_frames_are_filtered_by_kind_direction_level_and_first_seq(
    client: httpx.AsyncClient, recorded: Recorded
) -> None:
    frames = [
        RecordedFrame(b"1", score=80),
        RecordedFrame(b"2", kind="result", direction="server_to_client"),
        RecordedFrame(b"3", kind="stderr", direction=None),
    ]
    run_id = await recorded.run()
    await recorded.frames(run_id, frames)

    async def seqs(**query: str) -> list[int]:
        page = (await client.get(f"/api/runs/{run_id}/frames", params=query)).json()
        return [frame["seq"] for frame in page["frames"]]

    assert await seqs(kind="stderr") == [3]
    assert await seqs(direction="server_to_client") == [2]
    assert await seqs(level="high") == [1]
    assert await seqs(from_seq="2") == [2, 3]


async def test_runs_come_with_newest_activity_first_and_each_on_one_page(
    client: httpx.AsyncClient, recorded: Recorded
) -> None:
    ids = [str(await recorded.run(at=recorded.now - timedelta(seconds=number // 2))) for number in range(25)]
    told: list[str] = []
    query: dict[str, str | int] = {"limit": 4}
    while True:
        page = (await client.get("/api/runs", params=query)).json()
        told += [run["run_id"] for run in page["runs"]]
        if page["next_cursor"] is None:
            break
        await recorded.run(server="newer", at=recorded.now + timedelta(seconds=len(told)))
        query["cursor"] = page["next_cursor"]
    assert sorted(told) == sorted(ids)
    assert [ids.index(each) // 2 for each in told] == [number // 2 for number in range(25)]


async def test_a_run_tells_its_gaps_and_its_open_calls(client: httpx.AsyncClient, recorded: Recorded) -> None:
    run_id = await recorded.run(max_score=35)
    await recorded.connection.execute(
        'UPDATE read_g1.runs SET missing = \'{[3,5),[9,10)}\', parents = \'[{"pid": 1, "executable": "claude"}]\''
    )
    await recorded.connection.execute(
        "INSERT INTO read_g1.open_calls VALUES ($1, $2, 2, 0, 'client_to_server', '1', 'ping', NULL, now(), 9)",
        recorded.customer_id,
        run_id,
    )
    run = (await client.get(f"/api/runs/{run_id}")).json()
    assert run["missing"] == [{"first": 3, "last": 4}, {"first": 9, "last": 9}]
    assert run["parents"] == [{"pid": 1, "executable": "claude"}]
    assert (run["open_calls"], run["level"]) == (1, "medium")


async def test_runs_are_filtered_by_server_level_and_time(client: httpx.AsyncClient, recorded: Recorded) -> None:
    old = recorded.now - timedelta(hours=2)
    git, time = await recorded.run("git", max_score=80), await recorded.run("time", at=old)

    async def ids(**query: str) -> list[str]:
        return [run["run_id"] for run in (await client.get("/api/runs", params=query)).json()["runs"]]

    assert await ids(server="time") == [str(time)]
    assert await ids(level="medium") == [str(git)]
    assert await ids(until=(old + timedelta(seconds=1)).isoformat()) == [str(time)]
    assert await ids(since=(old + timedelta(seconds=1)).isoformat()) == [str(git)]


async def test_a_run_that_is_not_there_is_not_found(client: httpx.AsyncClient) -> None:
    for path in ("", "/frames", "/frames/1/payload"):
        answer = await client.get(f"/api/runs/{uuid4()}{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
