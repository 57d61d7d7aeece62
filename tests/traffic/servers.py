"""The real servers, each of one version in an environment of its own, as users have them.

`pip` is Python's package index, `npm` the Node one; both are asked by their ordinary clients.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

ENVIRONMENTS: Final = Path(__file__).parents[2] / ".km" / "traffic"
BROWSER: Final = "@sparticuz/chromium@153.0.0"
"""A Chromium that an npm package holds; the dashboard's tests use the same."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server: where it comes from and how it is started."""

    name: str
    source: Literal["pip", "npm"]
    requirements: tuple[str, ...]
    program: str
    arguments: tuple[str, ...] = ()
    """`{home}`, `{proxy}` and `{chromium}` stand for what a recording uses."""
    environment: Mapping[str, str] = field(default_factory=dict)
    prepared_by: tuple[str, ...] = ()
    """Arguments of its program that make a project ready for it."""

    @property
    def folder(self) -> Path:
        """Its environment."""
        return ENVIRONMENTS / self.name


def _official(name: str, *arguments: str, **environment: str) -> Server:
    requirement = f"@modelcontextprotocol/server-{name}@2026.8.31"
    return Server(name, "npm", (requirement,), f"mcp-server-{name}", arguments, environment)


_USED: Final = (
    _official("filesystem", "{home}"),
    _official("memory", MEMORY_FILE_PATH="{home}/memory.jsonl"),
    _official("everything"),
    _official("sequential-thinking"),
    Server(
        "desktop-commander",
        "npm",
        ("@wonderwhy-er/desktop-commander@0.2.52",),
        "desktop-commander",
        ("--no-onboarding",),
    ),
    Server(
        "backlog",
        "npm",
        ("backlog.md@1.52.0",),
        "backlog",
        ("mcp", "start"),
        prepared_by=("init", "shop", "--defaults"),
    ),
    Server(
        "playwright",
        "npm",
        ("@playwright/mcp@0.0.83",),
        "playwright-mcp",
        ("--headless", "--isolated", "--no-sandbox", "--executable-path={chromium}", "--proxy-server={proxy}"),
    ),
    Server("git", "pip", ("mcp-server-git==2026.10.19",), "mcp-server-git"),
    Server("time", "pip", ("mcp-server-time==2026.10.19",), "mcp-server-time"),
    Server(
        "fetch",
        "pip",
        ("mcp-server-fetch==2026.10.24",),
        "mcp-server-fetch",
        ("--proxy-url={proxy}", "--allow-private-ips"),
        {"PATH": "/nowhere"},  # with Node on the path it would run an installation of its own
    ),
    Server(
        "sqlite",
        "pip",
        ("mcp-server-sqlite==2025.4.25", "mcp<2"),
        "mcp-server-sqlite",
        ("--db-path={home}/shop.db",),
    ),
    Server(
        "duckdb",
        "pip",
        ("mcp-server-motherduck==1.1.0",),
        "mcp-server-motherduck",
        ("--db-path={home}/sales.duckdb", "--read-write"),
        {"FASTMCP_CHECK_FOR_UPDATES": "off"},
    ),
    Server("excel", "pip", ("excel-mcp-server==2.2.2",), "excel-mcp-server", ("stdio",)),
    Server(
        "shell",
        "pip",
        ("mcp-shell-server==1.1.14",),
        "mcp-shell-server",
        environment={"ALLOW_COMMANDS": "ls,cat,pwd,grep,wc,find,head,tail,sort,uniq,python3,git,make,diff,echo"},
    ),
)


def _listed(name: str, requirement: str, program: str, *arguments: str, **environment: str) -> Server:
    """One whose definitions alone are recorded: what it does needs an account somewhere."""
    return Server(name, "npm", (requirement,), program, arguments, environment)


_LISTED: Final = (
    _listed("circleci", "@circleci/mcp-server-circleci@0.20.0", "mcp-server-circleci", CIRCLECI_TOKEN="none"),
    _listed("charts", "@antv/mcp-server-chart@0.9.10", "mcp-server-chart"),
    _listed("notion", "@notionhq/notion-mcp-server@2.5.2", "notion-mcp-server", NOTION_TOKEN="none"),
    _listed("context7", "@upstash/context7-mcp@4.1.1", "context7-mcp"),
    _listed("chrome-devtools", "chrome-devtools-mcp@1.11.0", "chrome-devtools-mcp"),
    _listed("firecrawl", "firecrawl-mcp@3.26.0", "firecrawl-mcp", FIRECRAWL_API_KEY="none"),
    _listed("shrimp", "mcp-shrimp-task-manager@1.0.21", "mcp-shrimp-task-manager", DATA_DIR="{home}"),
    _listed(
        "github",
        "@modelcontextprotocol/server-github@2025.4.8",
        "mcp-server-github",
        GITHUB_PERSONAL_ACCESS_TOKEN="none",
    ),
    _listed("figma", "figma-developer-mcp@0.13.2", "figma-developer-mcp", "--stdio", FIGMA_API_KEY="none"),
    _listed("tavily", "tavily-mcp@0.2.22", "tavily-mcp", TAVILY_API_KEY="none"),
    _listed("mongodb", "mongodb-mcp-server@3.0.4", "mongodb-mcp-server", MDB_MCP_TELEMETRY="disabled"),
    _listed("git-extended", "@cyanheads/git-mcp-server@2.15.3", "git-mcp-server"),
)
SERVERS: Final = {server.name: server for server in (*_USED, *_LISTED)}


def install(server: Server) -> None:
    """Make the environment of a server where there is none."""
    if not server.folder.exists():
        if server.source == "npm":
            _npm(server.folder, *server.requirements)
        else:
            _run("uv", "venv", "--quiet", "--python", sys.executable, str(server.folder))
            python = str(server.folder / "bin" / "python")
            _run("uv", "pip", "install", "--quiet", "--python", python, *server.requirements)


def command_of(server: Server) -> list[str]:
    """How it is started, with its places still to be filled in."""
    programs = server.folder / ("node_modules/.bin" if server.source == "npm" else "bin")
    return [str(programs / server.program), *server.arguments]


def prepare(server: Server, project: Path, variables: Mapping[str, str]) -> None:
    """Make a project ready for a server that wants it."""
    if server.prepared_by:
        program, *_ = command_of(server)
        _run(program, *server.prepared_by, cwd=project, **variables)


def chromium(temporary: Path) -> str:
    """The path of a browser, unpacked into `temporary`."""
    folder = ENVIRONMENTS / "chromium"
    if not folder.exists():
        _npm(folder, BROWSER)
    script = 'import("@sparticuz/chromium").then(async m => process.stdout.write(await m.default.executablePath()))'
    temporary.mkdir(exist_ok=True)
    return _run("node", "-e", script, cwd=folder, TMPDIR=str(temporary))


def _npm(folder: Path, *packages: str) -> None:
    folder.mkdir(parents=True)
    # Scripts of installation fetch what is not wanted here, such as browsers.
    _run("npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", *packages)


def _run(*command: str, cwd: Path | None = None, **variables: str) -> str:
    own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment = {**os.environ, **own, **variables}
    return subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
