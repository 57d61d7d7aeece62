"""The pages' own tests, as part of all tests: Vitest, and whether their client is made from the present contract."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DASHBOARD = Path(__file__).parents[4] / "services" / "dashboard"
PROGRAMS = Path(sys.executable).parent
DEADLINE = 150.0


@pytest.mark.parametrize(
    ("script", "advice"),
    [("test", "a test of the pages failed"), ("check", "run `npm run schema` in services/dashboard")],
)
def test_the_pages_pass_their_own(script: str, advice: str) -> None:
    # npm's own script asks PATH for node.
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "NO_COLOR": "1", "CI": "1"}
    command = [str(PROGRAMS / "npm"), "run", "--silent", script]
    ran = subprocess.run(
        command, check=False, cwd=DASHBOARD, env=environment, capture_output=True, text=True, timeout=DEADLINE
    )
    assert ran.returncode == 0, f"{advice}\n{ran.stdout[-6000:]}\n{ran.stderr[-2000:]}"
