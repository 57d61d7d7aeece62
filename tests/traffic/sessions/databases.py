"""Databases: a developer's and an analyst's statements."""

from tests.traffic.desk import Desk
from tests.traffic.world import content


async def query(desk: Desk) -> None:
    """Tables made, filled, asked, migrated."""
    names = {"sql": "query", "table": "table_name", "insight": "insight"}
    for statement in content("sqlite"):
        arguments = {names[key]: value for key, value in statement.items() if key in names}
        await desk["sqlite"].call(statement["tool"], **arguments)
    await desk["sqlite"].read("memo://insights")
    for customer in range(1, 40):
        sql = f"SELECT o.id, o.status FROM orders o WHERE o.customer_id = {customer} ORDER BY o.ordered DESC LIMIT 20"
        await desk["sqlite"].call("read_query", query=sql)
        if customer % 3 == 0:
            sql = f"UPDATE customers SET newsletter = 1 WHERE id = {customer}"
            await desk["sqlite"].call("write_query", query=sql)


async def analyse(desk: Desk) -> None:
    """Questions about orders."""
    duckdb = desk["duckdb"]
    await duckdb.call("list_databases")
    for statement in content("duckdb"):
        await duckdb.call("execute_query", sql=statement["sql"].replace("{home}", str(desk.world.home)))
    await duckdb.call("list_tables")
    for table in ("orders", "customers"):
        await duckdb.call("list_columns", table=table)
    for month in range(1, 13):
        sql = f"SELECT product, sum(cents) AS cents FROM orders WHERE month(ordered) = {month} GROUP BY product"
        await duckdb.call("execute_query", sql=sql)
