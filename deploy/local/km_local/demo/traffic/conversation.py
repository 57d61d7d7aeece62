"""What an AI client does, done by the official MCP client: `conversation.py PLAN.json`.

The plan names the servers' command lines (each behind `km` and two taps), the eras, the folder of a git repository
and the planted secret. Nothing of this file knows what `km` is: it counts nothing and checks only that answers come.
"""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.context import ClientRequestContext
from mcp.types import (
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequestParams,
    ElicitResult,
    ListRootsResult,
    Root,
    TextContent,
)
from pydantic import FileUrl

Talk = Callable[[Client, dict[str, Any]], Awaitable[None]]
AT_ONCE = 3


async def approve(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
    """The person at the client says yes."""
    del context, params
    return ElicitResult(action="accept", content={"approved": True})


async def answer(context: ClientRequestContext, params: CreateMessageRequestParams) -> CreateMessageResult:
    """The client's model answers."""
    del context, params
    return CreateMessageResult(
        role="assistant", content=TextContent(type="text", text="Meridian"), model="demo-model", stop_reason="endTurn"
    )


async def open_roots(context: ClientRequestContext) -> ListRootsResult:
    """The folders that the client opens."""
    del context
    return ListRootsResult(roots=[Root(uri=FileUrl(Path.cwd().as_uri()), name="here")])


async def talk_git(client: Client, plan: dict[str, Any]) -> None:
    """Read a repository as a coding agent does."""
    repository = {"repo_path": plan["repository"]}
    await client.list_tools()
    for _ in range(3):
        await client.call_tool("git_status", repository)
        await client.call_tool("git_diff_unstaged", repository)
    await client.call_tool("git_log", repository | {"max_count": 5})
    await client.call_tool("git_show", repository | {"revision": "HEAD"})
    await client.call_tool("git_branch", repository | {"branch_type": "local"})


async def talk_time(client: Client, _plan: dict[str, Any]) -> None:
    """Ask for the time in several places."""
    await client.list_tools()
    for place in ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Africa/Nairobi"):
        await client.call_tool("get_current_time", {"timezone": place})
        there = {"source_timezone": place, "time": "12:30", "target_timezone": "UTC"}
        await client.call_tool("convert_time", there)


async def talk_workshop(client: Client, plan: dict[str, Any]) -> None:
    """Wait, fail, be asked, and pass on what should not be passed on."""
    await client.list_tools()
    for steps in (2, 4):
        await client.call_tool("build", {"steps": steps}, progress_callback=ignore_progress)
    await client.call_tool("fail", {"reason": "the shelf is empty"})
    await client.call_tool("look_up", {"customer": plan["customer"]})
    await client.call_tool("store", {"name": "GITHUB_TOKEN", "value": plan["secret"]})
    await client.call_tool("store", {"name": "contact", "value": plan["email"]})
    await client.call_tool("deploy", {"version": "1.2.0"})
    await client.call_tool("survey", {"depth": 2})
    await client.call_tool("christen", {"kind": "ship"})


async def ignore_progress(progress: float, total: float | None, message: str | None) -> None:
    """Progress is for people."""
    del progress, total, message


TALKS: dict[str, Talk] = {"git": talk_git, "time": talk_time, "workshop": talk_workshop}


async def converse(run: dict[str, Any], plan: dict[str, Any], turn: anyio.Semaphore) -> None:
    """One run: start the server, talk, end it."""
    command = run["command"]
    # A client hands its servers few variables; what `km` needs stands in the server's entry.
    server = StdioServerParameters(command=command[0], args=command[1:], env=plan["environment"])
    async with (
        turn,
        Client(
            server,
            mode=run["mode"],
            read_timeout_seconds=60,
            sampling_callback=answer,
            elicitation_callback=approve,
            list_roots_callback=open_roots,
        ) as client,
    ):
        await TALKS[run["server"]](client, plan)


def make_repository(folder: Path) -> None:
    """A git repository with one commit and one change, nobody's configuration in it."""
    alone = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "PATH": os.environ["PATH"]}
    identity = ("-c", "user.name=demo", "-c", "user.email=demo@localhost")
    folder.mkdir()
    (folder / "notes.md").write_text("# Notes\n")
    for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "-m", "first")):
        subprocess.run(["git", *identity, *arguments], cwd=folder, env=alone, check=True)
    (folder / "notes.md").write_text("# Notes\n\nMore.\n")


async def main(plan: dict[str, Any]) -> None:
    """All runs, a few at once."""
    make_repository(Path(plan["repository"]))
    turn = anyio.Semaphore(AT_ONCE)
    async with anyio.create_task_group() as group:
        for run in plan["runs"]:
            group.start_soon(converse, run, plan, turn)


if __name__ == "__main__":
    anyio.run(main, json.loads(Path(sys.argv[1]).read_text()))
