"""Workers as processes on the real broker and database, and what tests put in and look at."""

import asyncio
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from msgspec.structs import replace

from km_local.testing.stack import Stack
from km_schemas.codecs import encode
from km_schemas.headers import SCORED_EVENT, EventHeaders, encode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.partitions import partition_of
from km_schemas.payload import payload_of
from km_schemas.records import ClosedCall, Event, OpenedCall, ScoredEvent
from km_schemas.timestamps import micros_of, rfc3339
from km_schemas.topics import SCORED, physical_name
from km_streams.testing import worker_process

DEADLINE_SECONDS = 60.0
Record = tuple[int, bytes, list[tuple[str, bytes]]]
"""Partition, value and headers."""
RecordOf = Callable[[ScoredEvent], Record]
IMPATIENT = {"KM_SESSION_SECONDS": "2", "KM_TRANSACTION_SECONDS": "5"}
"""What a killed or frozen worker held is free sooner than in production (6 s and 20 s)."""


class Worker:
    """One worker process; its log is a list of JSON objects."""

    def __init__(self, run: Callable[[str], None], name: str, env: dict[str, str], log: Path) -> None:
        self.log_path = log
        self._process = worker_process.start(run, name, {**os.environ, **env}, log)

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    def kill(self) -> None:
        """SIGKILL, and wait until it is reaped."""
        self._process.kill()
        self._process.join()

    def stop(self) -> int:
        """SIGTERM, once it handles that; the exit code."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while self.runs and not self._listens():
            assert time.monotonic() < deadline, "the worker did not begin in time"
            time.sleep(0.01)
        self._process.terminate()
        return self.wait()

    def wait(self) -> int:
        """The exit code once it has ended; fails the test where it does not in time."""
        self._process.join(DEADLINE_SECONDS)
        assert self._process.exitcode is not None, "the worker did not end in time"
        return self._process.exitcode

    async def is_ready(self) -> bool:
        """Whether `/ready` says so."""
        return self._listens() and self.get("/ready")[0] == 200

    def _listens(self) -> bool:
        return any(line["event"] == "listening" for line in self.log_lines())

    def log_lines(self) -> list[dict[str, object]]:
        """The whole lines of the log so far; one that is no JSON fails the test."""
        whole = self.log_path.read_text().rpartition("\n")[0] if self.log_path.exists() else ""
        return [json.loads(line) for line in whole.splitlines() if line.strip()]

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of its own HTTP server."""
        listening = next(line for line in self.log_lines() if line["event"] == "listening")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{listening['port']}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@dataclass
class Workers:
    """Starts workers and ends whatever is left of them."""

    stack: Stack
    started: list[Worker] = field(default_factory=list)

    def start(self, stage: str, **env: str) -> Worker:
        """A worker of one of our stages."""
        return self._start(worker_process.run_stage, stage, stage, f"km_{stage}", env)

    def start_module(self, stage: str, module: str, role: str, **env: str) -> Worker:
        """A worker of another stage, which a module runs as a role."""
        return self._start(worker_process.run_module, module, stage, role, env)

    def _start(self, run: Callable[[str], None], name: str, stage: str, role: str, env: dict[str, str]) -> Worker:
        log = self.stack.folder / f"{stage}-{len(self.started)}.log"
        worker = Worker(run, name, {**self.stack.env(role), **IMPATIENT, **env}, log)
        self.started.append(worker)
        return worker


@pytest.fixture
def workers(stack: Stack) -> Iterator[Workers]:
    """Workers of this test's stack."""
    made = Workers(stack)
    yield made
    for worker in made.started:
        if worker.runs:
            worker.kill()


@dataclass
class World:
    """This test's topics and tables, for putting in and looking at."""

    stack: Stack
    producer: AIOKafkaProducer
    owner: asyncpg.Pool

    async def put(self, topic: str, partition: int, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        """Append one record."""
        name = physical_name(topic, self.stack.prefix, self.stack.generation)
        await self.producer.send_and_wait(name, value, partition=partition, headers=headers)

    async def put_all(self, topic: str, records: list[Record]) -> None:
        """Append many records, in order."""
        name = physical_name(topic, self.stack.prefix, self.stack.generation)
        futures = [
            await self.producer.send(name, value, partition=partition, headers=headers)
            for partition, value, headers in records
        ]
        await asyncio.gather(*futures)

    async def put_scored(self, events: list[ScoredEvent]) -> None:
        """Append scored events to the partitions of their installations."""
        await self.put_all(SCORED, [scored_record(each) for each in events])

    async def records(self, topic: str) -> dict[int, list[tuple[bytes, dict[str, bytes]]]]:
        """Everything a topic holds, by partition."""
        name = physical_name(topic, self.stack.prefix, self.stack.generation)
        places = [TopicPartition(name, partition) for partition in range(4)]
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.stack.bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            found: dict[int, list[tuple[bytes, dict[str, bytes]]]] = {place.partition: [] for place in places}
            while any([await consumer.position(place) < ends[place] for place in places]):
                for place, records in (await consumer.getmany(timeout_ms=500)).items():
                    found[place.partition] += [(record.value, dict(record.headers)) for record in records]
            return found
        finally:
            await consumer.stop()

    async def value(self, sql: str, *arguments: object) -> object:
        """One value of the read models (schema read_g<N> is in the search path)."""
        return await self.owner.fetchval(sql, *arguments)

    async def number(self, sql: str) -> int:
        """One value that is a number."""
        value = await self.value(sql)
        assert isinstance(value, int)
        return value

    async def rows(self, sql: str, *arguments: object) -> list[tuple[object, ...]]:
        """Rows of the read models."""
        return [tuple(row) for row in await self.owner.fetch(sql, *arguments)]

    async def until(self, condition: Callable[[], Awaitable[bool]], seconds: float = DEADLINE_SECONDS) -> None:
        """Wait until a condition holds; fails the test where it does not in time."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if await condition():
                    return
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                pass  # a database that a test killed
            if time.monotonic() > deadline:
                pytest.fail("the condition did not come true in time")
            await asyncio.sleep(0.05)

    async def until_value(self, wanted: object, sql: str, seconds: float = DEADLINE_SECONDS) -> None:
        """Wait until a query gives `wanted`."""
        last: object = None

        async def equal() -> bool:
            nonlocal last
            last = await self.value(sql)
            return last == wanted

        try:
            await self.until(equal, seconds)
        except pytest.fail.Exception:
            pytest.fail(f"{sql} gave {last}, not {wanted}")


@asynccontextmanager
async def opened(stack: Stack) -> AsyncIterator[World]:
    """A world for the time of the block."""
    producer = AIOKafkaProducer(bootstrap_servers=stack.bootstrap, enable_idempotence=True, max_request_size=2**25)
    owner = await asyncpg.create_pool(
        host=stack.host,
        port=stack.port,
        user=stack.settings.superuser,
        password=stack.password(stack.settings.superuser),
        database=stack.database,
        min_size=0,
        max_size=4,
        server_settings={"search_path": f"read_g{stack.generation}"},
    )
    await producer.start()
    try:
        yield World(stack, producer, owner)
    finally:
        await producer.stop()
        owner.terminate()


@pytest.fixture
async def world(stack: Stack) -> AsyncIterator[World]:
    """This test's topics and tables."""
    async with opened(stack) as made:
        yield made


@pytest.fixture(name="scored_record")
def _scored_record() -> RecordOf:
    return scored_record


def scored_record(scored: ScoredEvent) -> Record:
    """Partition, value and headers of a scored event."""
    event = scored.event
    headers = EventHeaders(
        type=SCORED_EVENT,
        customer_id=event.customer_id,
        installation_id=event.installation_id,
        run_id=event.run_id,
        seq=event.seq,
        occurred_at_us=micros_of(event.occurred_at),
        stage="score",
        direction=event.direction,
    )
    return partition_of(event.installation_id, 4), encode(scored), encode_headers(headers)


@dataclass(frozen=True)
class Run:
    """Makes the scored events of one run: requests and their answers in turn."""

    installation_id: str
    run_id: str
    server: str = "git"
    began_us: int = 1_790_000_000_000_000

    def request(self, seq: int) -> ScoredEvent:
        """A tool call."""
        at = rfc3339(self.began_us + seq * 1000)
        payload = b'{"jsonrpc":"2.0","id":%d,"method":"tools/call"}\n' % seq
        call = OpenedCall(
            opened_seq=seq, direction="client_to_server", rpc_id=str(seq), method="tools/call", opened_at=at,
            request_bytes=len(payload), target="git_log",
        )  # fmt: skip
        event = self.event(seq, payload, kind="request", method="tools/call", target="git_log", rpc_id=str(seq))
        return ScoredEvent(event=event, server=self.server, score=0, level="none", cost_nanodollars=10, opened=[call])

    def answer(self, seq: int) -> ScoredEvent:
        """The answer to the call just before."""
        payload = b'{"jsonrpc":"2.0","id":%d,"result":{}}\n' % (seq - 1)
        call = ClosedCall(
            opened_seq=seq - 1, direction="client_to_server", rpc_id=str(seq - 1), method="tools/call",
            opened_at=rfc3339(self.began_us + (seq - 1) * 1000), closed_at=rfc3339(self.began_us + seq * 1000),
            outcome="ok", request_bytes=40, response_bytes=len(payload), target="git_log", duration_us=1000,
        )  # fmt: skip
        event = self.event(seq, payload, kind="result", direction="server_to_client", rpc_id=str(seq - 1))
        return ScoredEvent(event=event, server=self.server, score=40, level="medium", cost_nanodollars=5, closed=[call])

    def event(self, seq: int, payload: bytes, **fields: object) -> Event:
        """An event with this payload."""
        at = rfc3339(self.began_us + seq * 1000)
        given = Event(
            customer_id=DEFAULT_CUSTOMER_ID, installation_id=self.installation_id, run_id=self.run_id,
            seq=seq, type="ai.kilometers.frame.v1", kind="request", occurred_at=at, received_at=at,
            raw_partition=partition_of(self.installation_id, 4), raw_offset=seq, size=len(payload),
            payload=payload_of(payload), direction="client_to_server",
        )  # fmt: skip
        return replace(given, **fields)

    def events(self, count: int, first: int = 1) -> list[ScoredEvent]:
        """Calls: odd seqs ask, even ones answer."""
        return [self.request(seq) if seq % 2 else self.answer(seq) for seq in range(first, first + count)]


class MakesRun(Protocol):
    """Makes a run of a fresh installation."""

    def __call__(self, server: str = "git") -> Run: ...


@pytest.fixture
def new_run() -> MakesRun:
    """Makes runs."""

    def made(server: str = "git") -> Run:
        return Run(installation_id=str(uuid4()), run_id=str(uuid4()), server=server)

    return made
