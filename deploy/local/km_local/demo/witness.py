"""Follows one demo's traffic through the stack, from the broker's raw topic to the read models."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient

from km_local.demo.plan import planned_runs
from km_local.demo.read_model import Freshness, Totals, freshness, seqs_by_run, totals
from km_local.demo.recorded import LogReader, Marks, RecordedRun, end_marks, read_since, recorded_runs
from km_local.errors import LocalError
from km_local.provision.provision import connected, read_password
from km_local.provision.settings import Settings
from km_schemas.topics import FRAMES, physical_name

ARRIVAL_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Arrived:
    """The demo's runs, all ended, and every record of every topic since the mark."""

    runs: Mapping[str, RecordedRun]
    records: tuple[ConsumerRecord[bytes, bytes], ...]

    @property
    def run_ids(self) -> list[str]:
        """The runs' ids."""
        return [run.run_id for run in self.runs.values()]


class Witness:
    """Sees what a stack holds, as an administrator who may read everything."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._frames = physical_name(FRAMES, settings.topic_prefix, settings.generation)

    @asynccontextmanager
    async def log_reader(self) -> AsyncIterator[LogReader]:
        """Clients that read without a group."""
        bootstrap = self._settings.bootstrap
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
        try:
            await admin.start()
            await consumer.start()
            yield LogReader(admin, consumer)
        finally:
            await consumer.stop()
            await admin.close()

    @asynccontextmanager
    async def database(self) -> AsyncIterator[asyncpg.Connection]:
        """The superuser's connection."""
        password = read_password(self._settings.superuser_password_file)
        async with connected(self._settings, self._settings.superuser, password) as connection:
            yield connection

    async def mark(self) -> Marks:
        """Where all topics end now."""
        async with self.log_reader() as reader:
            return await end_marks(reader)

    async def wait_for(self, folder: Path, marks: Marks) -> Arrived:
        """Wait until every planned run ended in `mcp.frames` and every seq of it has its row.

        Raises `LocalError` naming what is missing when that takes longer than a minute.
        """
        deadline = time.monotonic() + ARRIVAL_SECONDS
        async with self.log_reader() as reader, self.database() as connection:
            while missing := await self._missing(reader, connection, folder, marks):
                if time.monotonic() > deadline:
                    raise LocalError(f"After {ARRIVAL_SECONDS:g} s this had not arrived: {missing}. See .km/logs.")
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
            records = await read_since(reader, marks)
        return Arrived(self._runs(records, folder), tuple(records))

    async def figures(self, arrived: Arrived) -> tuple[Totals, Freshness]:
        """What the read models say of the demo's runs."""
        generation = self._settings.generation
        async with self.database() as connection:
            sums = await totals(connection, generation, arrived.run_ids)
            return sums, await freshness(connection, generation, arrived.run_ids)

    def _runs(self, records: list[ConsumerRecord[bytes, bytes]], folder: Path) -> dict[str, RecordedRun]:
        return recorded_runs((record for record in records if record.topic == self._frames), folder)

    async def _missing(self, reader: LogReader, connection: asyncpg.Connection, folder: Path, marks: Marks) -> str:
        """What has not arrived yet; empty when all has."""
        raw_marks = {place: mark for place, mark in marks.items() if place.topic == self._frames}
        runs = self._runs(await read_since(reader, raw_marks, self._frames), folder)
        not_ended = [run.name for run in planned_runs() if run.name not in runs or not runs[run.name].ended]
        if not_ended:
            return f"the end in {self._frames} of {', '.join(not_ended)}"
        rows = await seqs_by_run(connection, self._settings.generation, [run.run_id for run in runs.values()])
        behind = {name: len(run.seqs - rows.get(run.run_id, frozenset())) for name, run in runs.items()}
        return ", ".join(f"{count} rows of {name}" for name, count in behind.items() if count)
