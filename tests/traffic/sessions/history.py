"""Git: the history of a repository, studied and continued."""

from tests.traffic.desk import Desk
from tests.traffic.world import content


async def study(desk: Desk) -> None:
    """Log, show, diff, branch; then commits of one file each; now and then a revision does not exist."""
    git, project = desk["git"], str(desk.world.project)
    here = {"repo_path": project}
    await git.call("git_status", **here)
    for count in (1, 5, 10, 50):
        await git.call("git_log", **here, max_count=count)
    await git.call("git_log", **here, start_timestamp="2026-01-01", end_timestamp="2027-01-01")
    for back in range(7):
        await git.call("git_show", **here, revision=f"HEAD~{back}" if back < 5 else "HEAD~40")
    for kind in ("local", "remote", "all"):
        await git.call("git_branch", **here, branch_type=kind)
    await git.call("git_status", repo_path=f"{project}/missing")
    for number, ticket in enumerate(content("tickets")[:14], start=1):
        branch = f"ticket-{number}"
        await git.call("git_create_branch", **here, branch_name=branch, base_branch="main")
        await git.call("git_checkout", **here, branch_name=branch)
        desk.world.write(f"{project}/NEWS/{number}.md", f"{ticket['title']}\n\n{ticket['text']}\n")
        await git.call("git_status", **here)
        await git.call("git_add", **here, files=[f"NEWS/{number}.md"])
        await git.call("git_diff_staged", **here, context_lines=3)
        await git.call("git_commit", **here, message=f"{ticket['title']}\n\n{ticket['text']}")
        await git.call("git_diff", **here, target="main")
    await git.call("git_reset", **here)
    await git.call("git_checkout", **here, branch_name="main")
