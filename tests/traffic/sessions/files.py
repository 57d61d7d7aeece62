"""Files: a home folder looked through, tidied up and written to."""

from pathlib import Path

from tests.traffic.desk import Desk
from tests.traffic.world import content


async def tidy(desk: Desk) -> None:
    """Read configuration and documents, write summaries, move things about; now and then a path is wrong."""
    files, home = desk["filesystem"], desk.world.home
    await files.call("list_allowed_directories")
    for folder in ("", "shop", "shop/deploy", "notes", "data", "kilometers/docs", "kilometers/schemas"):
        await files.call("list_directory", path=str(home / folder))
    await files.call("directory_tree", path=str(home / "shop"))
    for path in (*desk.world.files("shop/**/*"), *desk.world.files("shop/.*"), *desk.world.files("notes/*")):
        await files.call("read_text_file", path=path)
    for path in (*desk.world.files("kilometers/docs/*.md"), *desk.world.files("kilometers/schemas/**/*.sql")):
        await files.call("read_text_file", path=path, head=60)
    for path in desk.world.files("kilometers/schemas/**/*.py")[:40]:
        await files.call("read_text_file", path=path, head=120)
    await files.call("read_multiple_files", paths=desk.world.files("data/*"))
    for pattern in ("**/*.py", "**/*.md", "**/.env*", "**/test_*", "**/*.sql", "**/id_*"):
        await files.call("search_files", path=str(home / "shop"), pattern=pattern)
    for path in ("shop/missing.py", "../dev2/notes.txt", "notes/todo.txt", "shop/deploy"):
        await files.call("read_text_file", path=f"{home}/{path}")
    await _write(desk, home)


async def _write(desk: Desk, home: Path) -> None:
    files = desk["filesystem"]
    await files.call("create_directory", path=str(home / "summaries"))
    for path in desk.world.files("notes/*.md"):
        text = desk.world.text(path).splitlines()
        target = home / "summaries" / Path(path).name
        await files.call("write_file", path=str(target), content="\n".join(["# Summary", "", *text[:4], ""]))
        await files.call("get_file_info", path=str(target))
    for ticket in content("tickets"):
        await files.call(
            "write_file", path=f"{home}/summaries/{ticket['title'][:12].strip()}.md", content=ticket["text"]
        )
    edits = [{"oldText": "worker_processes auto;", "newText": "worker_processes 4;"}]
    await files.call("edit_file", path=str(home / "shop/deploy/nginx.conf"), edits=edits)
    edits = [{"oldText": "PermitRootLogin prohibit-password", "newText": "PermitRootLogin no"}]
    await files.call("edit_file", path=str(home / "shop/deploy/sshd_config"), edits=edits)
    edits = [{"oldText": "15 3 * * *", "newText": "45 3 * * *"}]
    await files.call("edit_file", path=str(home / "shop/deploy/crontab"), edits=edits)
    await files.call("edit_file", path=str(home / "shop/README.md"), edits=[{"oldText": "not there", "newText": "x"}])
    await files.call("move_file", source=f"{home}/notes/ssh.md", destination=f"{home}/notes/keys.md")
    await files.call("list_directory_with_sizes", path=str(home / "summaries"), sortBy="size")
