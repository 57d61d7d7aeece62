"""The names each hour has in `hourly_stats` already, remembered for the hours booked last."""

from collections import OrderedDict
from collections.abc import Collection
from typing import Final

from km_streams.engine.database import Connection
from km_streams.projector.derive.hourly import Booked, HourKey, Names

HOURS: Final = 256


class HourNames:
    """A cache. `booked` after the commit, `clear` whenever it is unknown what was committed."""

    def __init__(self, statement: str) -> None:
        self._statement = statement
        self._known: OrderedDict[HourKey, frozenset[Names]] = OrderedDict()

    async def of(self, connection: Connection, keys: Collection[HourKey]) -> dict[HourKey, frozenset[Names]]:
        """The names of each hour of `keys`."""
        for key in keys:
            if key not in self._known:
                rows = await connection.fetch(self._statement, *key)
                self._known[key] = frozenset(Names(row["server"], row["method"], row["tool"]) for row in rows)
            self._known.move_to_end(key)
        return {key: self._known[key] for key in keys}

    def booked(self, booked: Booked) -> None:
        """These names were committed."""
        for key, hour in booked.items():
            self._known[key] = self._known.get(key, frozenset()) | hour.keys()
        while len(self._known) > HOURS:
            self._known.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()
