"""A small MCP server on the official SDK, for what the official servers do not do: be slow, fail, report, ask.

The SDK carries its questions to the client in the form of the era: as requests of the server (2025), or inside an
`input_required` result (2026-07-28).
"""

from typing import Annotated

import anyio
from mcp.server.mcpserver import Context, Elicit, ListRoots, MCPServer, Resolve, Sample
from mcp.types import CreateMessageResult, ListRootsResult, SamplingMessage, TextContent
from pydantic import BaseModel

server = MCPServer("workshop")
SLOW_SECONDS = 0.4


class Approval(BaseModel):
    """What a person answers."""

    approved: bool


def ask_approval() -> Elicit[Approval]:
    """Ask the person at the client."""
    return Elicit("Deploy to production?", Approval)


def ask_roots() -> ListRoots:
    """Ask which folders the client opens."""
    return ListRoots()


def ask_model() -> Sample:
    """Ask the client's model."""
    return Sample([SamplingMessage(role="user", content=TextContent(type="text", text="Name it"))], max_tokens=16)


@server.tool()
async def build(steps: int, ctx: Context) -> str:
    """Take a while and report progress after each step."""
    for step in range(steps):
        await anyio.sleep(SLOW_SECONDS / steps)
        await ctx.report_progress(step + 1, steps, f"step {step + 1}")
    return f"built in {steps} steps"


@server.tool()
def fail(reason: str) -> str:
    """Fail as a tool fails."""
    raise ValueError(reason)


@server.tool()
def look_up(customer: str) -> str:
    """Find a customer's contact."""
    return f"{customer}: {customer.lower().replace(' ', '.')}@example.org"


@server.tool()
def store(name: str, value: str) -> str:
    """Keep a value; it is said back, as careless tools do."""
    return f"{name} = {value}"


@server.tool()
def deploy(version: str, approval: Annotated[Approval, Resolve(ask_approval)]) -> str:
    """Deploy once the person agrees."""
    return f"{version} {'deployed' if approval.approved else 'held back'}"


@server.tool()
def survey(depth: int, roots: Annotated[ListRootsResult, Resolve(ask_roots)]) -> str:
    """Say how many folders the client opens."""
    return f"{len(roots.roots)} roots, {depth} deep"


@server.tool()
def christen(kind: str, answer: Annotated[CreateMessageResult, Resolve(ask_model)]) -> str:
    """Let the client's model find a name."""
    return f"{kind}: {answer.model}"


if __name__ == "__main__":
    server.run("stdio")
