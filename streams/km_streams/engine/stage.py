"""What the engine asks of a stage, and what a stage is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from km_streams.engine.batch import Batch
from km_streams.engine.database import Database
from km_streams.engine.metrics import Metrics
from km_streams.engine.outputs import Outputs
from km_streams.engine.ownership import Ownership
from km_streams.engine.patience import Patience
from km_streams.engine.watchdog import Watchdog
from km_streams.settings import Settings

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Equipment:
    """The adapters of one worker."""

    settings: Settings
    names: Mapping[str, str]
    """Physical names of topics by logical ones."""
    watchdog: Watchdog
    database: Database
    ownership: Ownership
    outputs: Outputs
    patience: Patience
    metrics: Metrics


class Stage(Protocol[C]):
    """One stage at work: computes a batch while the one before is being acknowledged, always in order.

    Whatever `compute` or `acknowledge` raises discards both batches; they come again from the stored offsets.
    """

    @property
    def name(self) -> str:
        """Its name in consumer groups and `stage_offsets`."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """Logical names of the topics it reads."""
        ...

    async def compute(self, batch: Batch[C]) -> C:
        """What the batch becomes; nothing of it is final."""
        ...

    async def acknowledge(self, computed: C) -> None:
        """Make it final."""
        ...

    async def tick(self) -> None:
        """Called now and then while nothing is under way."""
        ...

    async def settle(self) -> None:
        """Move the offsets over all that is acknowledged."""
        ...

    def reset(self) -> None:
        """Forget what is cached: partitions are being taken anew."""
        ...
