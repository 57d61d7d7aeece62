"""The moment of which a transaction tells."""

from datetime import datetime

from km_services.query.database import Connection


async def as_of(connection: Connection) -> datetime:
    """When this transaction's snapshot was taken, by Postgres's clock."""
    moment = await connection.fetchval("SELECT transaction_timestamp()")
    assert isinstance(moment, datetime)  # noqa: S101 - Postgres's type
    return moment
