"""States of the keys seen last, bounded in bytes. Pure."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from km_streams.engine.processor import SourceRecord, StateKey

S = TypeVar("S")


@dataclass(slots=True)
class StateSlot(Generic[S]):
    """The state of one key, and what is needed to undo a step that failed half-way."""

    key: StateKey
    value: S
    encoded: bytes | None
    """As it was before the batch; none for the empty state."""
    history: list[tuple[SourceRecord, bool]] = field(default_factory=list)
    """Records of this batch it went through, and whether each was processed (else: its placeholder)."""


class StateCache(Generic[S]):
    """Slots by key, the least recently used first."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._slots: OrderedDict[StateKey, StateSlot[S]] = OrderedDict()
        self._bytes = 0

    @property
    def size_bytes(self) -> int:
        """Bytes of all encoded states."""
        return self._bytes

    def get(self, key: StateKey) -> StateSlot[S] | None:
        """The slot of a key, now the most recently used one."""
        slot = self._slots.get(key)
        if slot is not None:
            self._slots.move_to_end(key)
        return slot

    def put(self, slot: StateSlot[S]) -> None:
        """Hold a slot that has just been loaded."""
        self._slots[slot.key] = slot
        self._bytes += len(slot.encoded or b"")

    def encoded(self, slot: StateSlot[S], data: bytes) -> None:
        """A batch is over: `data` is the slot's state from here on."""
        self._bytes += len(data) - len(slot.encoded or b"")
        slot.encoded = data
        slot.history.clear()

    def evict(self, dirty: Collection[StateKey]) -> None:
        """Drop the least recently used states until the limit holds; never one of `dirty`, which Postgres lacks."""
        if self._bytes <= self._limit:
            return
        for key in [key for key in self._slots if key not in dirty]:
            self._bytes -= len(self._slots.pop(key).encoded or b"")
            if self._bytes <= self._limit:
                return

    def clear(self) -> None:
        """Forget everything: another worker may have changed it."""
        self._slots.clear()
        self._bytes = 0
