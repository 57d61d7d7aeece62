"""The hub's questions, asked of Postgres: one transaction each."""

from uuid import UUID

from km_services.query.database import Database
from km_services.query.live.hub import News
from km_services.query.live.positions import Positions
from km_services.query.views.calls import calls_between, newest_positions


class PostgresSource:
    """`LiveSource` over the read models."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, customer_id: UUID) -> Positions:
        """The newest positions of the active generation."""
        async with self._database.reading(customer_id) as connection:
            return await newest_positions(connection)

    async def news(self, customer_id: UUID, after: Positions, limit: int, upto: Positions | None = None) -> News:
        """Calls behind `after`, about `limit` a partition; none where `after` does not fit the newest positions."""
        async with self._database.reading(customer_id) as connection:
            newest = await newest_positions(connection)
            if not after.fits(newest):
                return News([], after, newest)
            calls, reached = await calls_between(connection, after, upto or newest, limit)
            return News(calls, reached, newest)
