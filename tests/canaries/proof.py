"""The proof: canaries through the real wrapper, Kafka and processors; then everything behind the sanitizer is searched.

What cannot fail proves nothing, so the same searcher must find every canary in the raw topic, and a decoy that nobody
sent in each kind of place where it is put on purpose.
"""

import asyncio
import random
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import httpx
from aiokafka import AIOKafkaProducer

from km_local.testing import Stack
from km_schemas.headers import EventHeaders, encode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.payload_blocks import encode_block
from km_schemas.topics import ALERTS, FRAMES, physical_name

from .making import MIXED, Canary
from .places import Piece, answer_pieces, log_pieces, raw_records, table_pieces, topic_pieces
from .search import Searcher, searcher_of
from .services import Services, serving
from .wrapped import Installation

STALL_SECONDS: Final = 120.0
"""Without a new event for so long, the stack has stopped."""
PAYLOADS_PER_RUN: Final = 8
RAW: Final = f"topic {FRAMES}"


class ProofError(Exception):
    """The proof could not be made; the message holds nothing that was sent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was sent, what was searched, what was found."""

    rules: int
    canaries: int
    lines: int
    runs: int
    raw: int
    """Records in the raw topic."""
    searched: Searcher
    rows: Counter[str]
    """Records, rows, payloads, answers: by place."""
    not_in_raw: frozenset[str]
    """Rules whose canaries were not even found where they must be."""
    decoys_missed: frozenset[str]
    """Kinds of places in which a decoy was not found."""

    @property
    def is_proven(self) -> bool:
        """Nothing was found, by a search that finds."""
        return not (self.searched.leaks or self.not_in_raw or self.decoys_missed)


async def prove(stack: Stack, canaries: Sequence[Canary], chance: random.Random) -> Outcome:
    """Send the canaries and search for them."""
    installation = Installation(stack.folder, stack.bootstrap, stack.prefix, chance)
    searched, rows = searcher_of(canaries), Counter[str]()
    async with serving(stack) as services, _connected(stack) as connection:
        async with _overheard(services.query) as heard:
            await asyncio.to_thread(installation.send, canaries)
            await asyncio.to_thread(installation.ship)
            await _unprocessable(stack, canaries)
            raw = await raw_records(stack)
            await _until_projected(connection, raw)
        _look(searched, rows, Piece("GET /api/live", bytes(heard)))
        async for piece in _running_places(stack, services, connection):
            _look(searched, rows, piece)
        decoys_missed = await _decoys_missed(stack, services, connection, chance)
    for piece in log_pieces(_log_files(stack)):
        _look(searched, rows, piece)
    in_raw = searcher_of(canaries)
    async for piece in topic_pieces(stack, raw=True):
        in_raw.look(piece.place, piece.content)
    rules = {canary.rule for canary in canaries}
    return Outcome(
        rules=len(rules),
        canaries=len(canaries),
        lines=installation.sent,
        runs=installation.runs,
        raw=raw,
        searched=searched,
        rows=rows,
        not_in_raw=frozenset(rules - in_raw.found_in(RAW)),
        decoys_missed=frozenset(decoys_missed),
    )


def _look(searcher: Searcher, rows: Counter[str], piece: Piece) -> None:
    searcher.look(piece.place, piece.content)
    rows[piece.place] += piece.count


async def _running_places(
    stack: Stack,
    services: Services,
    connection: "asyncpg.Connection[asyncpg.Record]",
    payloads: int = PAYLOADS_PER_RUN,
) -> AsyncIterator[Piece]:
    async for piece in topic_pieces(stack):
        yield piece
    async for piece in table_pieces(connection):
        yield piece
    runs = [str(run) for (run,) in await connection.fetch("SELECT run_id FROM runs")]
    most = int(await connection.fetchval("SELECT max(next_seq) FROM runs"))
    seqs = range(1, most, max(1, most // payloads)) if payloads else ()
    async for piece in answer_pieces(services.query, runs, seqs):
        yield piece
    async with httpx.AsyncClient(timeout=60) as client:
        for stage, address in services.workers.items():
            for path in ("/metrics", "/health", "/ready"):
                yield Piece(f"metrics of {stage}", (await client.get(address + path)).content)


def _log_files(stack: Stack) -> list[Path]:
    """Of the services, of the shipper, of the broker, of the database."""
    ours = [*stack.folder.glob("logs/*.log"), *stack.folder.glob("km-home/**/*.log*")]
    return [*sorted(ours), stack.kafka.log, stack.postgres.log]


@asynccontextmanager
async def _connected(stack: Stack) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """As superuser: row-level security hides nothing from the search."""
    user = stack.settings.superuser
    connection = await asyncpg.connect(
        host=stack.host,
        port=stack.port,
        user=user,
        password=stack.password(user),
        database=stack.database,
        server_settings={"search_path": f"read_g{stack.generation}"},
    )
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _overheard(client: httpx.AsyncClient) -> AsyncIterator[bytearray]:
    """What the stream of live events says while the block runs."""
    heard = bytearray()
    connected = asyncio.Event()

    async def listen() -> None:
        async with client.stream("GET", "/api/live", timeout=None) as answer:
            async for chunk in answer.aiter_bytes():
                heard.extend(chunk)
                connected.set()

    listening = asyncio.create_task(listen())
    try:
        await asyncio.wait_for(connected.wait(), 60)
        yield heard
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def _unprocessable(stack: Stack, canaries: Sequence[Canary]) -> None:
    """Two records that become dead letters: of an unknown type, and with headers that nobody can read."""
    installation_id = str(uuid.uuid4())
    headers = encode_headers(
        EventHeaders(
            type="ai.kilometers.frame.v99",
            customer_id=DEFAULT_CUSTOMER_ID,
            installation_id=installation_id,
            run_id=str(uuid.uuid4()),
            seq=1,
            occurred_at_us=time.time_ns() // 1000,
            direction="client_to_server",
        )
    )
    value = "\n".join(canary.text for canary in canaries).encode()
    unreadable = [(name, value[:4000] if name == "ce_runid" else given) for name, given in headers]
    topic = physical_name(FRAMES, stack.prefix, stack.generation)
    async with AIOKafkaProducer(bootstrap_servers=stack.bootstrap, max_request_size=2**25) as producer:
        for each in (headers, unreadable):
            await producer.send_and_wait(topic, value, key=installation_id.encode(), partition=0, headers=each)


async def _until_projected(connection: "asyncpg.Connection[asyncpg.Record]", raw: int) -> None:
    """Until there is an event for every raw record but the one whose run nobody can read, and both dead letters."""
    wanted, last = (raw - 1, 2), (-1, -1)
    since = time.monotonic()
    while last != wanted:
        await asyncio.sleep(0.1)
        row = await connection.fetchrow("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM dead_letters)")
        assert row is not None
        if (now := (int(row[0]), int(row[1]))) != last:
            last, since = now, time.monotonic()
        if time.monotonic() - since > STALL_SECONDS:
            raise ProofError(f"(events, dead letters) stay at {last}, wanted {wanted}")


async def _decoys_missed(
    stack: Stack, services: Services, connection: "asyncpg.Connection[asyncpg.Record]", chance: random.Random
) -> set[str]:
    """Put a value that nobody sent into one place of each kind, and say in which it is not found."""
    value = "".join(chance.choices(MIXED, k=32))
    decoy = Canary("decoy", value, 0, len(value), (5.9,) * len(value))
    run = await connection.fetchval("UPDATE runs SET server = $1 WHERE run_id = (SELECT run_id FROM runs LIMIT 1) "
                                    "RETURNING run_id", f"x-{value.lower()}")  # fmt: skip
    await connection.execute(
        "INSERT INTO payload_blocks VALUES ($1, $2, 999999, 1, $3)",
        DEFAULT_CUSTOMER_ID, run, encode_block([b'{"text":"' + "".join(f"\\u{ord(c):04x}" for c in value).encode()]),
    )  # fmt: skip
    (services.logs / "decoy.log").write_bytes(b"..." + value.encode().hex().upper().encode())
    topic = physical_name(ALERTS, stack.prefix, stack.generation)
    async with AIOKafkaProducer(bootstrap_servers=stack.bootstrap) as producer:
        await producer.send_and_wait(topic, b"{}", partition=0, headers=[("note", value[3:20].encode())])
    searcher = searcher_of([decoy])
    async for piece in _running_places(stack, services, connection, payloads=0):
        searcher.look(piece.place, piece.content)
    for piece in log_pieces([services.logs / "decoy.log"]):
        searcher.look(piece.place, piece.content)
    (services.logs / "decoy.log").unlink()
    wanted = {"GET /api/runs", f"table read_g{stack.generation}.runs", "payload blocks", "log decoy.log",
              f"topic {ALERTS}"}  # fmt: skip
    return wanted - {leak.place for leak in searcher.leaks}
