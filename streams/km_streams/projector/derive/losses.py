"""Seqs that never came: rows of `losses`."""

from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from km_streams.engine.losses import LOSSES
from km_streams.projector.progress import Range

RUN_ENDED: Final = "missing at the run's end"
TOO_LATE: Final = "missing for 24 hours"


class LossRow(NamedTuple):
    """A row of `losses` about seqs of a run."""

    customer_id: UUID
    loss_id: UUID
    stage: str
    reason: str
    run_id: UUID
    first_seq: int
    last_seq: int


def loss_rows(customer_id: UUID, run_id: UUID, missing: Iterable[Range], reason: str) -> list[LossRow]:
    """A row for each missing range; the same range gives the same id."""
    return [
        LossRow(
            customer_id, uuid5(LOSSES, f"{customer_id}/{run_id}/{first}-{end - 1}"), "projector", reason,
            run_id, first, end - 1,
        )
        for first, end in missing
    ]  # fmt: skip
