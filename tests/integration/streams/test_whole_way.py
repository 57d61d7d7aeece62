"""Raw frames through sanitize, score and projector, each a process of its own."""

from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from km_schemas.headers import FRAME, RUN_ENDED, RUN_STARTED, EventHeaders, encode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.partitions import partition_of
from km_schemas.records import RunEnded, RunStarted
from km_schemas.topics import FRAMES
from km_schemas.words import Direction

if TYPE_CHECKING:
    from tests.integration.streams.conftest import Workers, World


async def test_frames_of_a_run_arrive_in_the_read_models_without_their_secret(
    world: "World", workers: "Workers"
) -> None:
    secret = "ghp_" + "A1b2" * 9
    installation_id, run_id = str(uuid4()), str(uuid4())
    started = RunStarted(
        argv=["git"], cwd="/tmp/x", server="git", km_version="1", os="Linux", host="h", user="u"
    )  # fmt: skip
    call = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "log", "arguments": {"t": secret}}}
    values: list[tuple[str, Direction | None, bytes]] = [
        (RUN_STARTED, None, msgspec.json.encode(started)),
        (FRAME, "client_to_server", msgspec.json.encode(call) + b"\n"),
        (FRAME, "server_to_client", b'{"jsonrpc":"2.0","id":7,"result":{"content":[]}}\n'),
        (RUN_ENDED, None, msgspec.json.encode(RunEnded(reason="exited", exit_code=0))),
    ]
    started_workers = [workers.start(stage) for stage in ("sanitize", "score", "projector")]
    for seq, (kind, direction, value) in enumerate(values, 1):
        headers = EventHeaders(
            type=kind, customer_id=DEFAULT_CUSTOMER_ID, installation_id=installation_id, run_id=run_id, seq=seq,
            occurred_at_us=1_790_000_000_000_000 + seq * 1000, direction=direction,
        )  # fmt: skip
        await world.put(FRAMES, partition_of(installation_id, 4), value, encode_headers(headers))
    await world.until_value(4, "SELECT count(*) FROM events")
    assert await world.rows("SELECT server, end_reason, exit_code, frames, calls, missing::text FROM runs") == [
        ("git", "exited", 0, 2, 1, "{}")
    ]
    assert await world.rows("SELECT method, target, outcome, duration_us FROM calls") == [
        ("tools/call", "log", "ok", 1000)
    ]
    assert await world.number("SELECT sum(finding_count)::int FROM events") >= 1
    assert [worker.stop() for worker in started_workers] == [0, 0, 0]
    for worker in started_workers:
        assert secret not in worker.log_path.read_text()
