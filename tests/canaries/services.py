"""The three workers and the query service of one stack, each a process of its own with a log of its own."""

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from km_local.ports import HOST, free_port
from km_local.processes.child import Child, Command, environment, wait_until_ready
from km_local.stack.http_probe import answers_ok
from km_local.testing import Stack

STAGES: Final = ("sanitize", "score", "projector")
READY_SECONDS: Final = 90.0
_BIN: Final = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Services:
    """Where they answer, and where they log."""

    workers: dict[str, str]
    """Stage → address of its metrics page."""
    query: httpx.AsyncClient
    logs: Path


@asynccontextmanager
async def serving(stack: Stack) -> AsyncIterator[Services]:
    """All of them, ready, for the time of the block."""
    logs = stack.folder / "logs"
    logs.mkdir()
    token, port = secrets.token_urlsafe(32), free_port()
    token_file = stack.folder / "token"
    token_file.write_text(token)
    settings = stack.env("km_query") | {"KM_TOKEN_FILE": str(token_file), "KM_PORT": str(port), "KM_HOST": HOST}
    async with AsyncExitStack() as all_of_them:
        workers = [_started(stage, ("km-streams", "worker", stage), stack.env(f"km_{stage}"), logs) for stage in STAGES]
        query = _started("query", ("km-query",), settings, logs)
        for child in (*workers, query):
            all_of_them.callback(child.stop)
        ports = [await asyncio.to_thread(_port_of, worker) for worker in workers]
        await asyncio.to_thread(wait_until_ready, query, lambda: answers_ok(port), READY_SECONDS)
        headers = {"Authorization": f"Bearer {token}"}
        client = httpx.AsyncClient(base_url=f"http://{HOST}:{port}", headers=headers, timeout=60)
        await all_of_them.enter_async_context(client)
        addresses = {stage: f"http://{HOST}:{at}" for stage, at in zip(STAGES, ports, strict=True)}
        yield Services(addresses, client, logs)


def _started(name: str, command: tuple[str, ...], settings: dict[str, str], logs: Path) -> Child:
    argv = (str(_BIN / command[0]), *command[1:])
    return Child(Command(name, argv, logs / f"{name}.log", environment(settings)))


def _port_of(worker: Child) -> int:
    """Of its own HTTP server, once it is ready."""

    def port() -> int:
        lines = (json.loads(line) for line in worker.command.log.read_text().splitlines() if line.startswith("{"))
        return next((line["port"] for line in lines if line.get("event") == "listening"), 0)

    wait_until_ready(worker, lambda: bool(at := port()) and answers_ok(at), READY_SECONDS)
    return port()
