"""Who owns a partition, and where the owner stands: the table `stage_offsets`.

Taking a partition raises its owner_epoch, which waits for a transaction that a former owner still has open and
fences all that follow. Every move names the epoch and the position before; where either is another one, nothing of
the transaction holds.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from km_schemas.read_models import generation_schema
from km_streams.engine.batch import Place, Span
from km_streams.engine.database import Connection, Database
from km_streams.engine.errors import FencedError, RefusedError

_CLAIM = """
WITH mine AS (
    SELECT stage, topic, "partition" FROM {schema}.stage_offsets
    WHERE stage = $1 AND (topic, "partition") IN (SELECT * FROM unnest($2::text[], $3::int[]))
    ORDER BY topic, "partition" FOR UPDATE
)
UPDATE {schema}.stage_offsets AS s SET owner_epoch = s.owner_epoch + 1, updated_at = now()
FROM mine WHERE s.stage = mine.stage AND s.topic = mine.topic AND s."partition" = mine."partition"
RETURNING s.topic, s."partition", s.cluster_id, s.next_offset, s.owner_epoch
"""
_MOVE = """
UPDATE {schema}.stage_offsets AS s SET next_offset = m.after, updated_at = now()
FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[]) AS m(topic, place, epoch, before, after)
WHERE s.stage = $1 AND s.topic = m.topic AND s."partition" = m.place
  AND s.owner_epoch = m.epoch AND s.next_offset = m.before
"""
_MOVED = """
SELECT count(*) FROM {schema}.stage_offsets AS s
JOIN unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[]) AS m(topic, place, epoch, before, after)
  ON s.stage = $1 AND s.topic = m.topic AND s."partition" = m.place
 AND s.owner_epoch = m.epoch AND s.next_offset = m.after
"""


@dataclass(frozen=True, slots=True)
class _Row:
    place: Place
    cluster_id: str
    next_offset: int
    epoch: int


class Ownership:
    """The partitions of one stage that this worker owns."""

    def __init__(self, database: Database, stage: str, generation: int) -> None:
        self._database = database
        self._stage = stage
        schema = generation_schema(generation)
        self._claim, self._move, self._moved = (sql.format(schema=schema) for sql in (_CLAIM, _MOVE, _MOVED))
        self._epochs: dict[Place, int] = {}
        self._settled: dict[Place, int] = {}

    @property
    def settled(self) -> Mapping[Place, int]:
        """The next offset of each owned partition, as Postgres holds it."""
        return self._settled

    async def take(self, places: Collection[Place], cluster_id: str) -> Mapping[Place, int]:
        """Own `places` and nothing else; the next offset of each.

        RefusedError where a partition has no row, or where its offset belongs to another cluster.
        """
        wanted = sorted(places)
        async with self._database.transaction() as connection:
            rows = [_row(row) for row in await connection.fetch(self._claim, self._stage, *_columns(wanted))]
            self._check(wanted, rows, cluster_id)
        self._epochs = {row.place: row.epoch for row in rows}
        self._settled = {row.place: row.next_offset for row in rows}
        return dict(self._settled)

    async def move(self, connection: Connection, spans: Sequence[Span]) -> bool:
        """Move over `spans` in the caller's transaction; False where that very move was committed before.

        (It was where the connection broke after a commit, so that its answer never came: the caller changes nothing
        more.) FencedError where a partition is not ours any more.
        """
        arguments = (self._stage, *_columns([span.place for span in spans]), *self._positions(spans))
        if _rows(await connection.execute(self._move, *arguments)) == len(spans):
            return True
        if await connection.fetchval(self._moved, *arguments) == len(spans):
            return False
        raise FencedError(
            f"another worker owns a partition of stage {self._stage} now, or its offset in stage_offsets was changed: "
            "this worker ends, start it again"
        )

    def moved(self, spans: Sequence[Span]) -> None:
        """The transaction that moved over `spans` is committed."""
        self._settled.update({span.place: span.end for span in spans})

    def _positions(self, spans: Sequence[Span]) -> tuple[list[int], list[int], list[int]]:
        # A partition given up since has no epoch any more: -1 matches no row.
        epochs = [self._epochs.get(span.place, -1) for span in spans]
        return epochs, [span.first for span in spans], [span.end for span in spans]

    def _check(self, wanted: Sequence[Place], rows: Sequence[_Row], cluster_id: str) -> None:
        missing = set(wanted) - {row.place for row in rows}
        if missing:
            first = min(missing)
            raise RefusedError(
                f"stage_offsets has no row for stage {self._stage}, {first.topic} partition {first.partition}: "
                "run `km-local provision`, which makes topics and first offsets, then start the worker again"
            )
        if any(row.cluster_id != cluster_id for row in rows):
            raise RefusedError(
                f"the offsets of stage {self._stage} belong to another Kafka cluster than the one at "
                "KM_KAFKA_BOOTSTRAP: give the worker the cluster they came from, or begin with an empty database"
            )


def _row(row: asyncpg.Record) -> _Row:
    place = Place(row["topic"], row["partition"])
    return _Row(place, row["cluster_id"], row["next_offset"], row["owner_epoch"])


def _columns(places: Sequence[Place]) -> tuple[list[str], list[int]]:
    return [place.topic for place in places], [place.partition for place in places]


def _rows(tag: str) -> int:
    return int(tag.rsplit(" ", 1)[-1])
