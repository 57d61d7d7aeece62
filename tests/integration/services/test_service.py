"""The process: health, metrics, Postgres away, bad settings, the stop."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from km_local.testing import Stack
from km_services.query.settings import Settings

PROGRAM = str(Path(sys.executable).with_name("km-query"))
DEADLINE = 30.0


async def test_postgres_away_is_said_and_over_when_it_is_back(client: httpx.AsyncClient, stack: Stack) -> None:
    assert (await client.get("/ready")).status_code == 200
    await asyncio.to_thread(stack.postgres.kill)
    for path in ("/ready", "/api/overview", "/api/runs"):
        answer = await client.get(path)
        assert (path, answer.status_code, answer.json()["error"]["code"]) == (path, 503, "database_away")
        assert int(answer.headers["retry-after"]) > 0
    assert (await client.get("/health")).status_code == 200
    await asyncio.to_thread(stack.postgres.restart)
    assert (await client.get("/api/overview")).status_code == 200


async def test_metrics_have_routes_and_never_addresses(client: httpx.AsyncClient) -> None:
    await client.get("/api/runs/0197f000-0000-7000-8000-000000000000", params={"server": "s3cr3t"})
    await client.get("/api/calls", params={"cursor": "AAAA"})
    await client.get("/wp-admin")
    text = (await client.get("/metrics")).text
    assert 'route="/api/runs/{run_id}",status="404"' in text
    assert 'route="/api/calls",status="400"' in text
    assert 'route="other",status="404"' in text
    assert not any(word in text for word in ("s3cr3t", "0197f000", "wp-admin"))


async def test_wrong_parameters_are_named_and_not_quoted(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/calls", params={"limit": "s3cr3t", "level": "s3cr3t"})
    assert answer.status_code == 422
    assert [each["where"] for each in answer.json()["error"]["details"]] == ["query.level", "query.limit"]
    assert "s3cr3t" not in answer.text


def environment(stack: Stack, tmp_path: Path, **more: str) -> dict[str, str]:
    token = tmp_path / "token"
    token.write_text("t" * 43)
    return os.environ | stack.env("km_query") | {"KM_TOKEN_FILE": str(token), "KM_PORT": "0"} | more


def test_the_command_serves_on_a_free_port_and_ends_at_sigterm_with_a_stream_open(
    stack: Stack, tmp_path: Path, settings: Settings
) -> None:
    process = subprocess.Popen([PROGRAM], env=environment(stack, tmp_path), stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        serving = json.loads(process.stderr.readline())
        address = f"http://{serving['host']}:{serving['port']}"
        bearer = {"Authorization": f"Bearer {settings.token}"}
        with httpx.stream("GET", f"{address}/api/live?note=s3cr3t", headers=bearer, timeout=DEADLINE) as stream:
            lines = stream.iter_lines()
            while next(lines) != "event: ready":
                pass
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            log = process.communicate(timeout=DEADLINE)[1]
        assert process.returncode in {0, -signal.SIGTERM}
        assert time.monotonic() - began < 5
        assert settings.token not in log
        assert "s3cr3t" not in log
        assert '"route": "/api/live"' in log
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("name", "value"), [("KM_PORT", "taken"), ("KM_TOKEN_FILE", "/nowhere"), ("KM_POSTGRES_HOST", "")]
)
def test_what_it_cannot_work_with_is_one_sentence_and_no_success(
    stack: Stack, tmp_path: Path, name: str, value: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        wanted = str(holder.getsockname()[1]) if value == "taken" else value
        ended = subprocess.run(
            [PROGRAM],
            check=False,
            env=environment(stack, tmp_path, **{name: wanted}),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )
    assert ended.returncode != 0
    assert name in ended.stderr
    assert "Traceback" not in ended.stderr
