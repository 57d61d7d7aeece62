"""The query service on a database of its own, and a pen that writes into it as the projector does."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from km_local.testing import Stack
from km_services.query.settings import Settings, from_environment
from km_services.testing.recorded import Recorded, recording
from km_services.testing.serving import served

DEADLINE = 20.0


@pytest.fixture
def settings(stack: Stack, tmp_path: Path) -> Settings:
    """Of a service on the test's own database, without pages."""
    token = tmp_path / "token"
    token.write_text("t" * 43)
    return from_environment(stack.env("km_query") | {"KM_TOKEN_FILE": str(token), "KM_PORT": "0"})


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """Of the running service."""
    with served(settings) as at:
        yield at


@pytest.fixture
async def client(address: str, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A script with the token."""
    headers = {"Authorization": f"Bearer {settings.token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=DEADLINE) as made:
        yield made


@pytest.fixture
async def recorded(stack: Stack) -> AsyncIterator[Recorded]:
    """Writes as the projector."""
    async with recording(
        host=stack.host, port=stack.port, database=stack.database, password=stack.password("km_projector")
    ) as made:
        yield made


@dataclass(frozen=True, slots=True)
class Heard:
    """One server-sent event."""

    event: str
    data: Any
    id: str | None


@dataclass(slots=True)
class Stream:
    """A stream of server-sent events, read one at a time."""

    lines: AsyncIterator[str]

    async def next(self) -> Heard:
        """The next event; comments and retry times are passed over."""
        fields: dict[str, str] = {}
        async for line in self.lines:
            name, _, value = line.partition(": ")
            if name in {"event", "data", "id"}:
                fields[name] = value
            elif not line and "event" in fields:
                return Heard(fields["event"], json.loads(fields["data"]), fields.get("id"))
        raise AssertionError("the stream ended")

    async def until(self, event: str) -> Heard:
        """The next event of this name."""
        while (heard := await self.next()).event != event:
            pass
        return heard


@pytest.fixture
def listen(client: httpx.AsyncClient) -> Callable[..., Any]:
    """Opens `/api/live`, behind what was seen where that is given."""

    @asynccontextmanager
    async def opened(seen: str | None = None) -> AsyncIterator[Stream]:
        headers = {} if seen is None else {"Last-Event-ID": seen}
        async with client.stream("GET", "/api/live", headers=headers) as response:
            assert response.status_code == 200
            yield Stream(response.aiter_lines())

    return opened
