"""States in Postgres: table `<stage>_state`, one row a key, behind the cache."""

from collections.abc import Collection, Iterable, Mapping
from typing import Generic, TypeVar

from km_schemas.read_models import generation_schema
from km_streams.engine.database import Connection, Database
from km_streams.engine.processor import Processor, StateKey
from km_streams.engine.state_cache import StateCache, StateSlot

S = TypeVar("S")

_LOAD = """
SELECT customer_id::text, installation_id::text, state FROM {table}
WHERE (customer_id, installation_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
"""
_SAVE = """
INSERT INTO {table} (customer_id, installation_id, state)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[])
ON CONFLICT (customer_id, installation_id) DO UPDATE SET state = excluded.state, updated_at = now()
"""


class StateStore(Generic[S]):
    """The states of one processor's keys."""

    def __init__(self, processor: Processor[S], database: Database, generation: int, limit_bytes: int) -> None:
        self._processor = processor
        self._database = database
        self._cache: StateCache[S] = StateCache(limit_bytes)
        self._dirty: dict[StateKey, bytes] = {}
        table = f"{generation_schema(generation)}.{processor.stage}_state"
        self._load_sql, self._save_sql = _LOAD.format(table=table), _SAVE.format(table=table)

    async def load(self, keys: Collection[StateKey]) -> dict[StateKey, StateSlot[S]]:
        """The slots of `keys`, those not in the cache from Postgres."""
        slots = {key: slot for key in keys if (slot := self._cache.get(key)) is not None}
        missing = [key for key in keys if key not in slots]
        if missing:
            stored = await self._stored(missing)
            for key in missing:
                data = stored.get(key)
                slots[key] = StateSlot(key, self._processor.decode_state(key, data), data)
                self._cache.put(slots[key])
        return slots

    def encode(self, slots: Iterable[StateSlot[S]]) -> dict[StateKey, bytes]:
        """The states after a batch, by key, where they changed."""
        changed = {}
        for slot in slots:
            data = self._processor.encode_state(slot.value)
            if data != slot.encoded:
                changed[slot.key] = data
            self._cache.encoded(slot, data)
        self._dirty.update(changed)
        return changed

    async def save(self, connection: Connection, states: Mapping[StateKey, bytes]) -> None:
        """Write states in the caller's transaction."""
        if states:
            customers = [key.customer_id for key in states]
            installations = [key.installation_id for key in states]
            await connection.execute(self._save_sql, customers, installations, list(states.values()))

    def saved(self, states: Mapping[StateKey, bytes]) -> None:
        """The transaction that wrote `states` is committed; what has not changed since may leave the cache."""
        for key, data in states.items():
            if self._dirty.get(key) is data:
                del self._dirty[key]
        self._cache.evict(self._dirty)

    def clear(self) -> None:
        """Forget everything."""
        self._dirty.clear()
        self._cache.clear()

    async def _stored(self, keys: Collection[StateKey]) -> dict[StateKey, bytes]:
        customers = [key.customer_id for key in keys]
        installations = [key.installation_id for key in keys]
        async with self._database.transaction() as connection:
            rows = await connection.fetch(self._load_sql, customers, installations)
        return {StateKey(row["customer_id"], row["installation_id"]): row["state"] for row in rows}
