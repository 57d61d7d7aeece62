"""Looks for planted secrets everywhere behind the sanitizer: topics, tables, logs, answers of the API."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
from aiokafka import ConsumerRecord

from km_local.demo.planted import disguises
from km_schemas.payload_blocks import decode_block

PAGES_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that was searched: where, and its bytes."""

    name: str
    content: bytes


class Searcher:
    """Finds any of the values in any of their forms; counts what it saw, for a search of nothing proves nothing."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = sorted(form for value in values for form in disguises(value))
        self._pattern = re.compile(b"|".join(re.escape(form) for form in forms))
        self.places = 0
        self.bytes = 0
        self.hits: set[str] = set()

    def look(self, place: Place) -> None:
        """Search one place; only its name is kept."""
        self.places += 1
        self.bytes += len(place.content)
        if self._pattern.search(place.content):
            self.hits.add(place.name)


def record_places(records: Iterable[ConsumerRecord[bytes, bytes]]) -> Iterator[Place]:
    """Keys, values and headers."""
    for record in records:
        parts = [record.key or b"", record.value or b"", *(value for _name, value in record.headers)]
        yield Place(f"topic {record.topic}", b"\0".join(parts))


def log_places(folders: Iterable[Path]) -> Iterator[Place]:
    """Every log file, the rotated ones too."""
    for folder in folders:
        for path in sorted(folder.glob("*.log*")):
            yield Place(f"log {path.name}", path.read_bytes())


async def table_places(connection: asyncpg.Connection) -> AsyncIterator[Place]:
    """Every table of ours as text (bytea in hexadecimal), and every payload block unpacked."""
    tables = await connection.fetch(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)' ORDER BY 1, 2"
    )
    for schema, table in tables:
        name = f"table {schema}.{table}"
        rows = bytearray()

        async def keep(chunk: bytes, rows: bytearray = rows) -> None:
            rows.extend(chunk)

        await connection.copy_from_table(table, schema_name=schema, output=keep)
        yield Place(name, bytes(rows))
        if table == "payload_blocks":
            for (block,) in await connection.fetch(f'SELECT block FROM "{schema}".payload_blocks'):  # noqa: S608
                yield Place(name, b"\0".join(decode_block(block)))


async def api_places(client: httpx.AsyncClient, run_ids: Iterable[str]) -> AsyncIterator[Place]:
    """The dashboard's page, health and metrics, and every page of every list that the API has."""
    for path in ("/", "/health", "/ready", "/metrics"):
        answer = await client.get(path)
        answer.raise_for_status()
        yield Place(f"GET {path}", answer.content)
    lists = ["/api/runs", "/api/calls", "/api/stats/hourly", *(f"/api/runs/{run_id}/frames" for run_id in run_ids)]
    for path in lists:
        async for answer in _pages(client, path):
            yield Place(f"GET {path}", answer.content)


async def _pages(client: httpx.AsyncClient, path: str) -> AsyncIterator[httpx.Response]:
    """Follow `next_cursor` until there is none."""
    cursor: str | None = None
    for _ in range(PAGES_AT_MOST):
        answer = await client.get(path, params={} if cursor is None else {"cursor": cursor})
        answer.raise_for_status()
        yield answer
        body = answer.json()
        cursor = body.get("next_cursor") if isinstance(body, dict) else None
        if cursor is None:
            return
