"""What `mcp.frames` holds of the demo's runs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from km_local.demo.taps import SERVER_SIDE
from km_schemas.codecs import decode
from km_schemas.headers import FRAME, RUN_ENDED, RUN_STARTED, decode_headers
from km_schemas.records.lifecycle import RunStarted

Marks = Mapping[TopicPartition, int]


@dataclass(frozen=True, slots=True)
class LogReader:
    """Two clients of one broker: only the admin's sees topics that it was not told of."""

    admin: AIOKafkaAdminClient
    consumer: AIOKafkaConsumer


@dataclass(slots=True)
class RecordedRun:
    """One run: its values by seq (so that a record sent twice counts once), frames by direction in order of seq."""

    run_id: str
    name: str | None = None
    ended: bool = False
    seqs: set[int] = field(default_factory=set)
    frames: dict[str, dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))

    def frames_of(self, direction: str) -> tuple[bytes, ...]:
        """The frames of one direction by position."""
        return tuple(value for _seq, value in sorted(self.frames.get(direction, {}).items()))

    @property
    def has_no_gap(self) -> bool:
        """Whether every seq from 1 to the last is there."""
        return self.seqs == set(range(1, len(self.seqs) + 1))


async def end_marks(client: LogReader, only: str | None = None) -> dict[TopicPartition, int]:
    """Where every partition of every topic, or of one, ends now."""
    topics = await client.admin.describe_topics(None if only is None else [only])
    places = [TopicPartition(topic["topic"], part["partition"]) for topic in topics for part in topic["partitions"]]
    return dict(await client.consumer.end_offsets(places))


async def read_since(client: LogReader, marks: Marks, only: str | None = None) -> list[ConsumerRecord[bytes, bytes]]:
    """Every record behind the marks, up to where the log ends now; topics made since then from their start."""
    consumer = client.consumer
    ends = await end_marks(client, only)
    grown = {place: end for place, end in ends.items() if end > marks.get(place, 0)}
    consumer.assign(list(grown))
    records: list[ConsumerRecord[bytes, bytes]] = []
    for place in grown:
        consumer.seek(place, marks.get(place, 0))
    while grown:
        for got in (await consumer.getmany(timeout_ms=200)).values():
            records += got
        for place in [each for each, end in grown.items() if await consumer.position(each) >= end]:
            consumer.pause(place)
            del grown[place]
    return records


def recorded_runs(records: Iterable[ConsumerRecord[bytes, bytes]], folder: Path) -> dict[str, RecordedRun]:
    """The runs whose server stood behind a tap of this demo's folder, by name."""
    runs: dict[str, RecordedRun] = {}
    for record in records:
        headers = decode_headers(record.headers)
        run = runs.setdefault(headers.run_id, RecordedRun(headers.run_id))
        run.seqs.add(headers.seq)
        if headers.type == FRAME and headers.direction is not None:
            run.frames[headers.direction][headers.seq] = record.value or b""
        elif headers.type == RUN_STARTED:
            run.name = _name(decode(record.value or b"", RunStarted).argv, folder)
        elif headers.type == RUN_ENDED:
            run.ended = True
    return {run.name: run for run in runs.values() if run.name is not None}


def _name(argv: list[str], folder: Path) -> str | None:
    start, end = f"{folder}/", f".{SERVER_SIDE}"
    return next((word[len(start) : -len(end)] for word in argv if word.startswith(start) and word.endswith(end)), None)
