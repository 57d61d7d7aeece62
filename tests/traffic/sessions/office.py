"""Office work: spreadsheets, a memory, time zones; and the reference server's every feature."""

import csv

from mcp.types import TextResourceContents
from tests.traffic.desk import Colleague, Desk, breathe
from tests.traffic.world import content


async def calculate(desk: Desk) -> None:
    """A workbook of orders, with sums, formats and notes."""
    excel, book = desk["excel"], str(desk.world.home / "orders.xlsx")
    await excel.call("create_workbook", path=book, sheets=["Plan"])
    for name in ("orders", "customers"):
        rows = list(csv.reader(desk.world.text(f"{desk.world.home}/data/{name}.csv").splitlines()))
        await excel.call("create_sheet", path=book, new_name=name)
        await excel.call("write_range", path=book, sheet=name, at="A1", rows=rows)
        await excel.call("read_range", path=book, sheet=name)
        await excel.call("describe_sheet", path=book, sheet=name)
        for row in range(2, 9):
            await excel.call("read_range", path=book, sheet=name, range=f"A{row}:F{row}")
    for row in range(2, 10):
        rows = [[f"=D{row}*E{row}/100"]]
        await excel.call("write_range", path=book, sheet="orders", at=f"G{row}", rows=rows)
        await excel.call("set_note", path=book, sheet="orders", cell=f"G{row}", text="Euros, with tax")
    await excel.call("find_cells", path=book, query="pen")
    await excel.call("replace_cells", path=book, query="pencil 2B", replacement="pencil HB", sheet="orders")
    await excel.call("sort_range", path=book, sheet="orders", range="A2:F9", sort_by=[{"column": "E"}])
    await excel.call("delete_rows_or_columns", path=book, sheet="customers", axis="rows", start=7, count=1)
    await excel.call("list_workbooks", directory=str(desk.world.home))
    await excel.call("describe_workbook", path=book)
    await excel.call("read_range", path=book, sheet="missing")
    await excel.call("delete_sheet", path=book, sheet="Plan")


async def remember(desk: Desk) -> None:
    """People, projects and what connects them; some of it forgotten again."""
    memory = desk["memory"]
    people = [("Ada Lindqvist", "leads development"), ("Jon Okafor", "imports"), ("Mei Tanaka", "customers in Asia")]
    for name, work in people:
        entity = {"name": name, "entityType": "person", "observations": [work, "writes to the list team@example.org"]}
        await memory.call("create_entities", entities=[entity])
    for number, ticket in enumerate(content("tickets"), start=1):
        name = f"ticket {number}"
        entity = {"name": name, "entityType": "ticket", "observations": [ticket["title"]]}
        await memory.call("create_entities", entities=[entity])
        relation = {"from": people[number % 3][0], "to": name, "relationType": "works on"}
        await memory.call("create_relations", relations=[relation])
        await memory.call("add_observations", observations=[{"entityName": name, "contents": [ticket["text"]]}])
        await memory.call("open_nodes", names=[name])
    for word in ("password", "Kyoto", "invoice", "ignore"):
        await memory.call("search_nodes", query=word)
    await memory.call("delete_observations", deletions=[{"entityName": "ticket 1", "observations": ["Reported"]}])
    await memory.call("delete_entities", entityNames=["ticket 2", "ticket 3"])
    await memory.call("read_graph")
    await memory.read("memory://knowledge-graph")


async def meet(desk: Desk) -> None:
    """Servers that are connected to and not used: their definitions are what a client reads at its start."""
    for colleague in desk.servers.values():
        await colleague.client.list_tools(cache_mode="bypass")


async def plan_times(desk: Desk) -> None:
    """Meetings between continents."""
    for zone in ("Europe/Stockholm", "Africa/Lagos", "Asia/Tokyo", "America/New_York", "Mars/Olympus"):
        await desk["time"].call("get_current_time", timezone=zone)
        for hour in (9, 12, 17):
            there = {"source_timezone": zone, "time": f"{hour:02}:30", "target_timezone": "Europe/Helsinki"}
            await desk["time"].call("convert_time", **there)


async def try_everything(desk: Desk) -> None:
    """Every feature of the reference server, as somebody does who writes a client."""
    everything = desk["everything"]
    await _tools(everything)
    client = everything.client
    for resource in (await client.list_resources()).resources:
        for block in (await client.read_resource(str(resource.uri))).contents:
            assert isinstance(block, TextResourceContents) or block.uri
    await client.list_resource_templates()
    await client.get_prompt("simple-prompt")
    await client.get_prompt("args-prompt", {"city": "Lund", "state": "Scania"})
    await client.get_prompt("completable-prompt", {"department": "Engineering", "name": "Alice"})
    await everything.call("toggle-simulated-logging")
    await breathe()


async def _tools(everything: Colleague) -> None:
    for number in range(12):
        await everything.call("echo", message=content("thoughts")[number % 10]["thought"])
        await everything.call("get-sum", a=number, b=number * 2)
    for kind in ("error", "success", "debug"):
        await everything.call("get-annotated-message", messageType=kind, includeImage=kind == "debug")
    for city in ("New York", "Chicago", "Los Angeles"):
        await everything.call("get-structured-content", location=city)
    await everything.call("get-tiny-image")
    await everything.call("get-resource-links", count=4)
    await everything.call("get-resource-reference", resourceType="Text", resourceId=1)
    await everything.call("trigger-long-running-operation", duration=1, steps=4)
    await everything.call("trigger-sampling-request", prompt="Summarise the meeting of Monday", maxTokens=200)
    await everything.call("trigger-elicitation-request")
    await everything.call("get-roots-list")
    await everything.call("simulate-research-query", topic="ink", ambiguous=True)
    await everything.call("get-sum", a="three", b=4)
    await everything.call("no-such-tool")
