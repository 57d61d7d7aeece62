"""What retention deleted before a stage read it: said in the table `losses`, then passed over."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID, uuid5

from km_schemas.read_models import generation_schema
from km_streams.engine.batch import Place, Span
from km_streams.engine.database import Connection
from km_streams.engine.errors import RefusedError

LOSSES: Final = UUID("8f0e9a1c-7a55-5d0e-9d0c-6b6d6c6f7373")
"""Namespace of loss ids, so that a loss said twice is one row."""
RETENTION: Final = "retention"

_INSERT = """
INSERT INTO {schema}.losses (customer_id, loss_id, stage, reason, topic, "partition", first_offset, last_offset)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""


def overtaken(positions: Mapping[Place, int], bounds: Mapping[Place, tuple[int, int]]) -> list[Span]:
    """The ranges that are gone: from where a stage stands to where the log begins now.

    RefusedError where a stage stands behind the log's end: the topic is not the one that it read.
    """
    for place, position in positions.items():
        if position > bounds[place][1]:
            raise RefusedError(
                f"the offset {position} of {place.topic} partition {place.partition} lies past the log's end "
                f"({bounds[place][1]}): the topic was deleted and made again. Begin a new generation, or put "
                "stage_offsets right"
            )
    return [
        Span(place, position, bounds[place][0]) for place, position in positions.items() if position < bounds[place][0]
    ]


async def record_losses(
    connection: Connection, generation: int, customer_id: str, stage: str, spans: Sequence[Span]
) -> None:
    """A row for each range."""
    statement = _INSERT.format(schema=generation_schema(generation))
    await connection.executemany(statement, list(_rows(customer_id, stage, spans)))


def _rows(customer_id: str, stage: str, spans: Iterable[Span]) -> Iterable[tuple[object, ...]]:
    for span in spans:
        place = span.place
        loss_id = uuid5(LOSSES, f"{stage}/{place.topic}/{place.partition}/{span.first}-{span.end - 1}")
        yield (
            customer_id, loss_id, stage, RETENTION, place.topic, place.partition, span.first, span.end - 1
        )  # fmt: skip
