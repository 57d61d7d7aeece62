"""Everything behind the sanitizer in which a canary could be read: topics, tables, blocks, logs, metrics, answers."""

import base64
import binascii
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from km_local.testing import Stack
from km_schemas.payload_blocks import decode_block
from km_schemas.topics import FRAMES, load_topics, physical_name

FETCH_BYTES: Final = 32 * 1024 * 1024
PARTITIONS: Final = max(topic.partitions for topic in load_topics().values())
PAGES_AT_MOST: Final = 1000
_PAYLOAD: Final = re.compile(rb'"(?:payload_)?base64":"([A-Za-z0-9+/=]*)"')


class PlaceError(Exception):
    """A place cannot be searched, so that nothing would be proven."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A record, a table, a file, an answer: whose, and all its bytes."""

    place: str
    content: bytes
    count: int = 1
    """Records, rows."""


async def topic_pieces(stack: Stack, *, raw: bool = False) -> AsyncIterator[Piece]:
    """Keys, values, names and values of headers of every record of every topic but the raw one; of that alone if `raw`.

    Payloads in base64 are given once more, decoded.
    """
    names = {_physical(stack, name): name for name in load_topics() if (name == FRAMES) is raw}
    async with _reading(stack.bootstrap, list(names)) as (consumer, ends):
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for place, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    for piece in _record_pieces(f"topic {names[place.topic]}", record):
                        yield piece


def _record_pieces(place: str, record: "ConsumerRecord[bytes, bytes]") -> Iterator[Piece]:
    headers = [part for name, value in record.headers for part in (name.encode(), value)]
    value = record.value or b""
    yield Piece(place, b"\0".join([record.key or b"", value, *headers]))
    for encoded in _PAYLOAD.findall(value):
        yield Piece(place, base64.b64decode(encoded), 0)


async def raw_records(stack: Stack) -> int:
    """How many records the raw topic holds."""
    async with _reading(stack.bootstrap, [_physical(stack, FRAMES)]) as (_, ends):
        return sum(ends.values())


def _physical(stack: Stack, name: str) -> str:
    return physical_name(name, stack.prefix, stack.generation)


@asynccontextmanager
async def _reading(
    bootstrap: str, topics: Sequence[str]
) -> "AsyncIterator[tuple[AIOKafkaConsumer[bytes, bytes], dict[TopicPartition, int]]]":
    """A consumer at the start of all partitions, and where they end."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        fetch_max_wait_ms=20,
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        yield consumer, await consumer.end_offsets(places)
    finally:
        await consumer.stop()


async def table_pieces(connection: "asyncpg.Connection[asyncpg.Record]") -> AsyncIterator[Piece]:
    """All columns of all rows of all tables of ours as text, and every payload block unpacked."""
    tables = await connection.fetch(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)' ORDER BY 1, 2"
    )
    for schema, table in tables:
        rows = bytearray()

        async def keep(chunk: bytes, rows: bytearray = rows) -> None:
            rows.extend(chunk)

        await connection.copy_from_query(f'SELECT * FROM "{schema}"."{table}"', output=keep)
        place = f"table {schema}.{table}"
        yield Piece(place, bytes(rows), rows.count(b"\n"))
        for value in re.findall(rb"\\\\x([0-9a-f]{2,})", rows):  # bytea: a state of score, a name
            yield Piece(place, binascii.unhexlify(value), 0)
        if table == "payload_blocks":
            for (block,) in await connection.fetch(f'SELECT block FROM "{schema}"."{table}"'):
                payloads = decode_block(block)
                yield Piece("payload blocks", b"\0".join(payloads), len(payloads))


def log_pieces(files: Iterable[Path]) -> Iterator[Piece]:
    """Log files, whole."""
    for file in files:
        yield Piece(f"log {file.name}", file.read_bytes())


async def answer_pieces(client: httpx.AsyncClient, runs: Sequence[str], seqs: Sequence[int]) -> AsyncIterator[Piece]:
    """The answer of every GET route that the service declares, and of its pages: all pages of all lists.

    Payloads as files are asked for at `seqs` of every run: the lists of frames hold them all.
    """
    document = (await client.get("/api/openapi.json")).raise_for_status()
    yield Piece("GET /api/openapi.json", document.content)
    for path in ("/", "/runs", "/assets/none.js", "/api/none"):  # the pages' own route, and those that there are not
        yield Piece("GET pages", (await client.get(path)).content)
    for route, methods in document.json()["paths"].items():
        if "get" in methods and route != "/api/live":  # a stream: read while the canaries pass
            for path in _paths(route, runs, seqs):
                async for content in _pages(client, path):
                    yield Piece(f"GET {route}", content)


def _paths(route: str, runs: Sequence[str], seqs: Sequence[int]) -> Iterator[str]:
    if re.search(r"\{(?!run_id\}|seq\})", route):
        raise PlaceError(f"GET {route} has a parameter that nobody told how to fill")
    for run in runs if "{run_id}" in route else [""]:
        for seq in seqs if "{seq}" in route else [0]:
            yield route.replace("{run_id}", run).replace("{seq}", str(seq))


async def _pages(client: httpx.AsyncClient, path: str) -> AsyncIterator[bytes]:
    """Follow `next_cursor` until there is none."""
    cursor: str | None = None
    for _ in range(PAGES_AT_MOST):
        answer = await client.get(path, params={} if cursor is None else {"cursor": cursor})
        yield answer.content + repr(answer.headers.raw).encode()
        if not answer.is_success and not (answer.status_code == 404 and path.endswith("/payload")):
            raise PlaceError(f"GET {path} answered {answer.status_code}")
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        body = answer.json() if is_json else None
        cursor = body.get("next_cursor") if isinstance(body, dict) else None
        if cursor is None:
            return
    raise PlaceError(f"GET {path} has more than {PAGES_AT_MOST} pages")
