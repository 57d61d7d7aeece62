"""The official client with a Python and a Node server, with and without `km`: the same transcript."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

from km_schemas.headers import FRAME, RUN_ENDED

if TYPE_CHECKING:
    from integration.proxy.conftest import Km

CHECKOUT = Path(__file__).parents[3]
NODE_SERVER = "@modelcontextprotocol/server-everything"
NODE_SERVER_VERSION = "2026.8.31"
PROGRAMS = Path(sys.executable).parent

PYTHON_SERVER = '''
from mcp.server import MCPServer

server = MCPServer("calculator")

@server.tool()
def add(a: int, b: int) -> int:
    """The sum."""
    return a + b

@server.tool()
def fail() -> str:
    """Always fails."""
    raise ValueError("as told")

@server.resource("notes://today")
def today() -> str:
    """A note with what JSON escapes."""
    return "line one\\nline \\"two\\" \\u2028 \\U0001f600"

server.run()
'''


@pytest.fixture(scope="module")
def node_server() -> list[str]:
    """Installed once a checkout, into `.km/`."""
    place = CHECKOUT / ".km" / "server-everything" / NODE_SERVER_VERSION
    entry = place / "node_modules" / NODE_SERVER / "dist" / "index.js"
    if not entry.exists():
        place.mkdir(parents=True, exist_ok=True)
        command = [
            str(PROGRAMS / "npm"),
            "install",
            "--prefix",
            str(place),
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
        ]
        environment = os.environ | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
        wanted = f"{NODE_SERVER}@{NODE_SERVER_VERSION}"
        done = subprocess.run([*command, wanted], env=environment, check=False, capture_output=True, timeout=150)
        if done.returncode:
            pytest.skip("the Node server cannot be fetched here")
    return [str(PROGRAMS / "node"), str(entry), "stdio"]


@pytest.fixture
def python_server(tmp_path: Path) -> list[str]:
    path = tmp_path / "calculator.py"
    path.write_text(PYTHON_SERVER)
    return [sys.executable, str(path)]


async def transcript(command: list[str], environment: dict[str, str]) -> list[object]:
    """What the client is told: the handshake, all lists, each tool that needs two numbers or a text, a resource."""
    parameters = StdioServerParameters(command=command[0], args=command[1:], env=environment)
    said: list[object] = []
    async with stdio_client(parameters) as streams, ClientSession(*streams) as session:
        said.append((await session.initialize()).model_dump(mode="json"))
        tools = await session.list_tools()
        said.append(tools.model_dump(mode="json"))
        names = {tool.name for tool in tools.tools}
        for name, arguments in CALLS:
            if name in names:
                said.append((await session.call_tool(name, arguments)).model_dump(mode="json"))
        resources = await session.list_resources()
        said.append(resources.model_dump(mode="json"))
        first = resources.resources[0].uri
        said.append((await session.read_resource(first)).model_dump(mode="json"))
        said.append((await session.list_prompts()).model_dump(mode="json"))
    return said


CALLS: list[tuple[str, dict[str, object]]] = [
    ("add", {"a": 2, "b": 40}),
    ("fail", {}),
    ("add", {"a": "no number", "b": 1}),
    ("echo", {"message": 'quotes " and \u2028 and 😀'}),
    ("get-sum", {"a": 2, "b": 40}),
    ("get-tiny-image", {}),
    ("get-structured-content", {"location": "Chicago"}),
]


def without_km(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("KM_")}


async def test_a_python_server_says_the_same(km: "Km", python_server: list[str]) -> None:
    direct = await transcript(python_server, without_km(km.environment))
    recorded = await transcript([str(PROGRAMS / "km"), "--", *python_server], km.environment)
    assert recorded == direct
    assert len(direct) == 8
    check_recording(km)


async def test_a_node_server_says_the_same(km: "Km", node_server: list[str]) -> None:
    direct = await transcript(node_server, without_km(km.environment))
    recorded = await transcript([str(PROGRAMS / "km"), "monitor", *node_server], km.environment)
    assert recorded == direct
    assert len(direct) >= 7
    check_recording(km)


def check_recording(km: "Km") -> None:
    """Every request of the session is there, and so is its end."""
    records = km.spooled()
    frames = b"".join(record.value for record in records if record.headers.type == FRAME)
    for method in (b"initialize", b"tools/list", b"tools/call", b"resources/read", b"prompts/list"):
        assert b'"method":"%b"' % method in frames
    assert records[-1].headers.type == RUN_ENDED
