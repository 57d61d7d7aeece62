"""What a processor is: a pure step over one record and the state of its key. The engine does all the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from km_schemas.headers import KafkaHeaders

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record as the consumer gave it."""

    topic: str
    """Logical name."""
    partition: int
    offset: int
    received_at_us: int
    """Append time at the broker, microseconds since the epoch."""
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """One record to write; outputs go to the partition their source came from unless the key is another one."""

    topic: str
    """Logical name."""
    partition: int
    key: bytes | None
    value: bytes
    headers: KafkaHeaders


@dataclass(frozen=True, slots=True, order=True)
class StateKey:
    """Whose state: one installation of one customer."""

    customer_id: str
    installation_id: str


class UnprocessableError(Exception):
    """A record no retry will mend. Carries an error class from a closed set, and nothing of the record."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Processor(Protocol[S]):
    """One stage: deterministic, no I/O, no clock, so that a repeated record gives the same outputs and state."""

    @property
    def stage(self) -> str:
        """Its name in consumer groups, `stage_offsets` and the table of its states (`<stage>_state`)."""
        ...

    @property
    def source(self) -> str:
        """Logical name of the topic it reads."""
        ...

    def state_key(self, record: SourceRecord) -> StateKey | None:
        """Whose state the record needs; none where the processor keeps none or the record names no key."""
        ...

    def decode_state(self, key: StateKey, data: bytes | None) -> S:
        """The state from what `encode_state` gave, upcast where older; the empty state of `key` for none."""
        ...

    def encode_state(self, state: S) -> bytes:
        """The state as bytes: equal states give equal bytes."""
        ...

    def process(self, record: SourceRecord, state: S) -> Sequence[OutputRecord]:
        """The outputs of one record; may change `state` in place. `state` is None where `state_key` gave none.

        Raises UnprocessableError before it changed anything: the record becomes a dead letter and a placeholder.
        """
        ...

    def placeholder(self, record: SourceRecord, state: S) -> Sequence[OutputRecord]:
        """What stands at an unprocessable record's seq, so that it is no gap; nothing where that is unreadable."""
        ...
