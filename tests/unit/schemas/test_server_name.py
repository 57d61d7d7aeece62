"""Golden command lines: what people write into the configuration of their clients, and the name they expect."""

import shlex

import pytest

from km_schemas.server_name import server_name


@pytest.mark.parametrize(
    ("command_line", "name"),
    [
        ("npx -y @modelcontextprotocol/server-everything@2026.8.31 stdio", "@modelcontextprotocol/server-everything"),
        ("npx @playwright/mcp@latest --headless", "@playwright/mcp"),
        ("npx --package @scope/tools -y tools-mcp", "tools-mcp"),
        ("npx -y mcp-remote https://example.com/sse", "mcp-remote"),
        ("npx", "npx"),
        ("npm exec -- @a/b", "@a/b"),
        ("pnpm dlx some-server@1.0.0", "some-server"),
        ("bunx some-server", "some-server"),
        ("uvx mcp-server-git --repository /srv/repo", "mcp-server-git"),
        ("uvx mcp-server-git==2026.10.19", "mcp-server-git"),
        ("uvx mcp-server-fetch[socks]", "mcp-server-fetch"),
        ("uvx --from git+https://example.com/x.git mcp-x", "mcp-x"),
        ("uv run --directory /srv/weather weather.py", "weather"),
        ("uv run python -m weather.server", "weather.server"),
        ("uv tool run duckduckgo-mcp", "duckduckgo-mcp"),
        ("uv --directory /srv/notes run notes-mcp", "notes-mcp"),
        ("pipx run --spec some-package some-server", "some-server"),
        ("python -m mcp_server_time --local-timezone UTC", "mcp_server_time"),
        ("/srv/venv/bin/python3.12 -X utf8 -m mcp_server_time", "mcp_server_time"),
        ("python3 /srv/weather/server.py", "weather"),
        ("node /srv/weather/dist/index.js", "weather"),
        ("node --env-file=.env /srv/files/build/index.js --root /tmp", "files"),
        ("node", "node"),
        ("deno run -A /srv/graph/main.ts", "graph"),
        ("java -jar /opt/sql-mcp.jar", "sql-mcp"),
        ("docker run -i --rm -e TOKEN mcp/fetch:1.2 --flag", "mcp/fetch"),
        ("docker run -i --rm --name x ghcr.io/github/github-mcp-server", "ghcr.io/github/github-mcp-server"),
        ("docker run -i registry.example:5000/team/server@sha256:abcd", "registry.example:5000/team/server"),
        ("podman run --rm -i -v /a:/b mcp/time", "mcp/time"),
        ("env A=1 B=2 npx -y some-server@latest", "some-server"),
        ("bash -c 'exec npx some-server'", "some-server"),
        ("sh /srv/start/run.sh", "run"),
        ("/usr/local/bin/github-mcp-server stdio", "github-mcp-server"),
        ("'C:\\Users\\me\\node.exe' 'C:\\srv\\thing\\index.js'", "thing"),
        ("mcp-server-git", "mcp-server-git"),
    ],
)
def test_a_server_is_named_after_what_its_command_line_launches(command_line: str, name: str) -> None:
    assert server_name(shlex.split(command_line)) == name


def test_an_empty_command_line_has_no_name() -> None:
    assert server_name([]) == ""


def test_no_name_is_longer_than_128_characters() -> None:
    assert len(server_name(["x" * 1000])) == 128
