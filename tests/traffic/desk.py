"""An agent's desk: the official client, talking to several real servers at once, every line noted by a tee."""

import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import anyio
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.context import ClientRequestContext
from mcp.client.session import ListRootsFnT
from mcp.types import (
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequestParams,
    ElicitResult,
    Implementation,
    ListRootsResult,
    Root,
    TextContent,
)
from pydantic import FileUrl
from tests.traffic.servers import Server, chromium, command_of, prepare
from tests.traffic.world import World

_TEE: Final = Path(__file__).parent / "tee.py"
_ANSWER_SECONDS: Final = 20
_AGENT: Final = Implementation(name="workbench", version="4.2.0")

Mode = Literal["auto", "legacy"]


@dataclass(slots=True)
class Colleague:
    """One server at the desk. What it answers is text for the agent; a failed call is an answer too."""

    client: Client
    calls: int = 0

    async def call(self, tool: str, **arguments: object) -> str:
        """The text that a tool gives back."""
        self.calls += 1
        try:
            result = await self.client.call_tool(tool, arguments)
        except MCPError as error:
            return error.message
        return "\n".join(block.text for block in result.content if isinstance(block, TextContent))

    async def look_around(self) -> None:
        """What a client asks of every server when it connects."""
        await self.client.list_tools()
        for ask in (self.client.list_resources, self.client.list_prompts):
            try:
                await ask()
            except MCPError:
                continue  # not every server has them; clients ask all the same

    async def read(self, uri: str) -> None:
        """Read a resource."""
        await self.client.read_resource(uri)


@dataclass(frozen=True, slots=True)
class Desk:
    """The servers of one session by name, and the world they work on."""

    world: World
    servers: Mapping[str, Colleague] = field(default_factory=dict)

    def __getitem__(self, server: str) -> Colleague:
        return self.servers[server]


@asynccontextmanager
async def seated(world: World, servers: list[Server], mode: Mode) -> AsyncIterator[Desk]:
    """A desk whose servers run; what passes is noted in a file for each of them."""
    async with AsyncExitStack() as stack:
        colleagues: dict[str, Colleague] = {}
        for server in servers:
            client = await stack.enter_async_context(_client(world, server, mode, world.notes / f"{server.name}.jsonl"))
            colleagues[server.name] = Colleague(client)
            await colleagues[server.name].look_around()
        yield Desk(world, colleagues)


def noted(world: World) -> list[dict[str, object]]:
    """All lines that passed, in the order of their times; `run` is the name of the server."""
    lines = [
        json.loads(line) for path in sorted(world.notes.glob("*.jsonl")) for line in path.read_bytes().splitlines()
    ]
    return sorted(({**line, "run": line["server"]} for line in lines), key=lambda line: line["at_us"])


def _client(world: World, server: Server, mode: Mode, log: Path) -> Client:
    places = {"home": str(world.home), "proxy": world.proxy}
    if any("{chromium}" in argument for argument in server.arguments):
        places["chromium"] = chromium(world.root / "browser")
    command = [part.format(**places) for part in command_of(server)]
    environment = {name: value.format(**places) for name, value in server.environment.items()}
    variables = {
        "HOME": str(world.home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": str(world.root / "tmp"),
        **environment,
    }
    prepare(server, world.project, variables)
    parameters = StdioServerParameters(
        command=sys.executable,
        args=[str(_TEE), str(log), server.name, "--", *command],
        env=variables,
        cwd=world.project,
    )
    return Client(
        parameters,
        mode=mode,
        client_info=_AGENT,
        read_timeout_seconds=_ANSWER_SECONDS,
        sampling_callback=_sample,
        elicitation_callback=_accept,
        list_roots_callback=_roots(world),
    )


def _roots(world: World) -> ListRootsFnT:

    async def roots(context: ClientRequestContext) -> ListRootsResult:
        del context
        return ListRootsResult(roots=[Root(uri=FileUrl(world.home.as_uri()), name="home")])

    return roots


async def _accept(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
    del context, params
    return ElicitResult(action="accept", content={"interpretation": "technical"})


async def _sample(context: ClientRequestContext, params: CreateMessageRequestParams) -> CreateMessageResult:
    del context, params
    text = TextContent(type="text", text="A short summary of what was asked.")
    return CreateMessageResult(role="assistant", content=text, model="workbench-model", stop_reason="endTurn")


async def breathe() -> None:
    """Let notifications that are under way arrive."""
    await anyio.sleep(0.3)
