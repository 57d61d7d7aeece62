"""The official client with a Python and a Node server, with and without `km`: the same transcript."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client

from km_schemas.headers import FRAME, RUN_ENDED

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Km

CHECKOUT = Path(__file__).parents[3]
NODE_SERVER = Path(__file__).with_name("node_server")
NODE_FILES = ("package.json", "package-lock.json", ".npmrc")
NODE_ENTRY = Path("@modelcontextprotocol") / "server-everything" / "dist" / "index.js"
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
    """What the lock file beside this names, installed once into the cache of the checkout."""
    content = b"".join((NODE_SERVER / name).read_bytes() for name in NODE_FILES)
    place = CHECKOUT / ".km" / "cache" / f"node-server-{hashlib.sha256(content).hexdigest()[:12]}"
    if not place.exists():
        _install(place)
    return [str(PROGRAMS / "node"), str(place / "node_modules" / NODE_ENTRY), "stdio"]


def _install(place: Path) -> None:
    """Whole, or not under this name: another process may be at it, too."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="node-server-") as made:
        for name in NODE_FILES:
            shutil.copy(NODE_SERVER / name, made)
        environment = os.environ | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
        command = [str(PROGRAMS / "npm"), "ci"]
        done = subprocess.run(
            command, cwd=made, env=environment, check=False, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        whole = Path(made) / "whole"
        whole.mkdir()
        (Path(made) / "node_modules").rename(whole / "node_modules")
        try:
            whole.rename(place)
        except OSError:
            assert place.exists()  # the other process was faster


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
