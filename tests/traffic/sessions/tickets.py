"""Tickets: a project's board, and a support desk with several servers at once."""

import re

from tests.traffic.desk import Desk
from tests.traffic.world import content


async def track(desk: Desk) -> None:
    """Write tickets, search, work on them, finish them."""
    board = desk["backlog"]
    for name in ("overview", "task-creation", "task-execution"):
        await board.read(f"backlog://workflow/{name}")
    await board.call("get_backlog_instructions")
    for name in ("4.1", "4.2", "some day"):
        await board.call("milestone_add", name=name, description=f"What shall be in release {name}")
    for number, ticket in enumerate(content("tickets"), start=1):
        await board.call(
            "task_create",
            title=ticket["title"],
            description=ticket["text"],
            priority=("high", "medium", "low")[number % 3],
            labels=["shop", "support" if number % 2 else "code"],
            acceptanceCriteria=["There is a test", "The person who reported it was told"],
        )
        await board.call("task_view", id=f"task-{number}")
    for word in ("password", "invoice", "delete", "ssh", "DROP", "ignore"):
        await board.call("task_search", query=word)
    for number, ticket in enumerate(content("tickets"), start=1):
        name = f"task-{number}"
        await board.call("task_edit", id=name, status="In Progress", assignee=["@ada"], milestone="4.1")
        await board.call("task_edit", id=name, planSet=f"1. Reproduce: {ticket['title']}\n2. Fix\n3. Test")
        await board.call(
            "task_edit", id=name, notesAppend=["Reproduced on staging.", "Asked jon@example.org for his file."]
        )
        if number % 3 == 0:
            await board.call("task_edit", id=name, status="Done", finalSummary="Fixed and tested.")
            await board.call("task_complete", id=name)
    await board.call("task_list")
    await board.call("document_create", title="How we release", content="Never on Fridays. Always with two people.")
    await board.call("document_search", query="release")
    await board.call("task_view", id="task-999")


async def support(desk: Desk) -> None:
    """Customers' questions: look up, remember, write a ticket, promise a time."""
    database, board, memory, clock = (desk[name] for name in ("sqlite", "backlog", "memory", "time"))
    for statement in content("sqlite")[:11]:
        await database.call(statement["tool"], **_arguments(statement))
    for number, ticket in enumerate(content("tickets"), start=1):
        if address := re.search(r"[\w.]+@[\w.]+\w", ticket["text"]):
            sql = f"SELECT id, name, city FROM customers WHERE email = '{address[0]}'"
            found = await database.call("read_query", query=sql)
            entity = {"name": address[0], "entityType": "person", "observations": [ticket["title"]]}
            await memory.call("create_entities", entities=[entity])
            reporter = f"\n\nCustomer: {address[0]}\nDatabase: {found}"
        else:
            reporter = ""
        await board.call("task_create", title=ticket["title"], description=ticket["text"] + reporter)
        await memory.call("search_nodes", query=ticket["title"].split()[0])
        await clock.call("convert_time", source_timezone="Europe/Stockholm", time="14:30", target_timezone="Asia/Tokyo")
        if number % 4 == 0:
            await board.call("task_edit", id=f"task-{number}", status="In Progress")
            await database.call("write_query", query=f"UPDATE orders SET status = 'open' WHERE id = {number}")
    await memory.call("read_graph")


def _arguments(statement: dict[str, str]) -> dict[str, str]:
    names = {"sql": "query", "table": "table_name", "insight": "insight"}
    return {names[key]: value for key, value in statement.items() if key in names}
