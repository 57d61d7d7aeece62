"""Coding: explore a repository, change it, test it, commit; with an editor's servers or with one that does it all."""

import re
from typing import Final

from tests.traffic.desk import Desk
from tests.traffic.world import content

_SHELL: Final = (
    ["pwd"],
    ["ls", "-la"],
    ["git", "log", "--oneline", "-n", "20"],
    ["git", "branch", "--all"],
    ["grep", "-rn", "password", "--include=*.py", "."],
    ["grep", "-rnE", "os\\.environ|getenv", "--include=*.py", "logging", "netrc.py"],
    ["find", ".", "-name", "*.py", "-size", "+40k"],
    ["wc", "-l", "json/decoder.py", "json/encoder.py"],
    ["head", "-n", "30", "http/server.py"],
    ["tail", "-n", "20", "smtplib.py"],
    ["python3", "-c", "import json; print(json.dumps({'a': [1, 2]}))"],
    ["python3", "-m", "unittest", "-h"],
    ["grep", "-c", "TODO", "argparse.py", "|", "sort"],
    ["git", "stash", "list"],
    ["git", "reset", "--soft", "HEAD~1"],
    ["git", "branch", "-D", "topic/argparse-encoding"],
    ["git", "config", "--get", "user.email"],
    ["diff", "csv.py", "netrc.py"],
    ["rm", "-rf", "build"],
    ["cat", "../shop/.env.example"],
    ["echo", "all done", ">", "../notes/done.txt"],
    ["make", "-n", "-C", "../shop", "clean"],
)
_LINES: Final = (
    "cd {home}/stdlib && git log --oneline | head -5",
    "cd {home}/stdlib && git diff HEAD~3 --stat",
    "ls -la {home}/shop | sort",
    "grep -rn 'TODO' {home}/stdlib --include='*.py' | wc -l",
    "python3 --version; git --version",
    "cd {home}/shop && python3 -m compileall -q shop || echo failed",
    "find {home}/shop -name '*.pyc' -delete",
    "rm -rf {home}/shop/build {home}/shop/.pytest_cache",
    "echo $PATH | tr ':' '\\n' | head -3",
    "export LANG=C; date +%Y",
    "chmod +x {home}/shop/shop/shell.py && ls -l {home}/shop/shop",
    "tar czf {home}/reports.tar.gz -C {home}/shop reports && ls -l {home}/reports.tar.gz",
    "for i in 1 2 3; do echo step $i; done",
    "cd {home}/shop && cp .env.example .env.test && sed -i 's/change-me/only-for-tests/' .env.test",
    "seq 3 | xargs -n 1 echo line",
)
"""`{home}` is the home folder."""


async def code(desk: Desk) -> None:
    """A change in a repository, with four servers at once."""
    project = str(desk.world.project)
    await desk["filesystem"].call("list_allowed_directories")
    await desk["filesystem"].call("directory_tree", path=project, excludePatterns=[".git", "test"])
    for number, thought in enumerate(content("thoughts"), start=1):
        await _think(desk, number, thought["thought"])
        await _explore(desk, number)
    await _change(desk, project)
    await _shell(desk, project)


async def _think(desk: Desk, number: int, thought: str) -> None:
    total = len(content("thoughts"))
    await desk["sequential-thinking"].call(
        "sequentialthinking",
        thought=thought,
        thoughtNumber=number,
        totalThoughts=total,
        nextThoughtNeeded=number < total,
    )


async def _explore(desk: Desk, number: int) -> None:
    packages = desk.world.packages()
    package = packages[number % len(packages)]
    await desk["filesystem"].call("list_directory", path=package)
    await desk["filesystem"].call("search_files", path=package, pattern="**/*.py")
    for path, size in list(desk.world.modules(package).items())[:6]:
        await desk["filesystem"].call("read_text_file", path=path, head=90)
        if size < 9_000:
            await desk["filesystem"].call("get_file_info", path=path)
    await desk["git"].call("git_log", repo_path=str(desk.world.project), max_count=number)


async def _change(desk: Desk, project: str) -> None:
    """Six small edits, each with its branch, diff and commit."""
    repository = {"repo_path": project}
    for number, name in enumerate(("csv", "netrc", "configparser", "tempfile", "shutil", "argparse"), start=1):
        path = f"{project}/{name}.py"
        await desk["git"].call("git_create_branch", **repository, branch_name=f"topic/{name}-encoding")
        await desk["git"].call("git_checkout", **repository, branch_name=f"topic/{name}-encoding")
        first = desk.world.text(path).splitlines()[0]
        edits = [{"oldText": first, "newText": f"{first}\n# See ticket {number}: files may begin with a mark."}]
        await desk["filesystem"].call("edit_file", path=path, edits=edits, dryRun=True)
        await desk["filesystem"].call("edit_file", path=path, edits=edits)
        test = f"import {name}\n\n\ndef test_{name}_imports():\n    assert {name}.__doc__ is not None or True\n"
        await desk["filesystem"].call("write_file", path=f"{project}/test_{name}.py", content=test)
        await desk["git"].call("git_status", **repository)
        await desk["git"].call("git_diff_unstaged", **repository)
        await desk["shell"].call("shell_execute", command=["python3", "-m", "py_compile", path], directory=project)
        await desk["git"].call("git_add", **repository, files=[f"{name}.py", f"test_{name}.py"])
        await desk["git"].call("git_diff_staged", **repository)
        message = f"{name}: note about byte order marks\n\nRefs #{number}. Reviewed-by: Jon Okafor <jon@example.org>"
        await desk["git"].call("git_commit", **repository, message=message)
        await desk["git"].call("git_show", **repository, revision="HEAD")
    await desk["git"].call("git_checkout", **repository, branch_name="main")
    await desk["git"].call("git_diff", **repository, target="topic/csv-encoding")


async def _shell(desk: Desk, project: str) -> None:
    for command in _SHELL:
        await desk["shell"].call("shell_execute", command=command, directory=project, timeout=20)


async def use_commander(desk: Desk) -> None:
    """The same kind of work through one server with files and processes."""
    commander, home = desk["desktop-commander"], desk.world.home
    await commander.call("get_config")
    await commander.call("list_directory", path=str(home), depth=2)
    for path in desk.world.files("shop/**/*")[:24]:
        await commander.call("read_file", path=path, offset=0, length=80)
    await commander.call("read_multiple_files", paths=desk.world.files("notes/*.md"))
    for pattern in ("SECRET_KEY", "subprocess", "DROP TABLE", "Authorization", "def test_"):
        started = await commander.call("start_search", path=str(home / "shop"), pattern=pattern, searchType="content")
        if found := re.search(r"[Ss]ession[^:]*: *(\S+)", started):
            await commander.call("get_more_search_results", sessionId=found[1])
    await commander.call("create_directory", path=str(home / "shop" / "reports"))
    for number, ticket in enumerate(content("tickets")):
        path = str(home / "shop" / "reports" / f"{number:02}.md")
        await commander.call(
            "write_file", path=path, content=f"# {ticket['title']}\n\n{ticket['text']}\n", mode="rewrite"
        )
        edit = {"old_string": f"# {ticket['title']}", "new_string": f"# {number}. {ticket['title']}"}
        await commander.call("edit_block", file_path=path, **edit)
    await commander.call("move_file", source=path, destination=path.replace(".md", ".txt"))
    for line in _LINES:
        await commander.call("start_process", command=line.replace("{home}", str(home)), timeout_ms=5_000)
    await commander.call("get_file_info", path=str(home / "shop" / "README.md"))
    await commander.call("list_sessions")
