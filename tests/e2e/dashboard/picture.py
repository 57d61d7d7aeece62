"""Takes the pictures of the README from a running demo.

    make pictures
    .venv/bin/python tests/e2e/dashboard/picture.py http://127.0.0.1:18480 .km/token docs/img

Writes `overview.png` and `run.png`: the run is the one with the highest risk among those shown.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

DASHBOARD = Path(__file__).parents[3] / "services" / "dashboard"
SIZE = {"width": 1360, "height": 860}


def main(address: str = "http://127.0.0.1:18480", token_file: str = ".km/token", folder: str = "docs/img") -> None:
    """Both pictures into `folder`."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(temporary))
        page = browser.new_page(viewport=SIZE, device_scale_factor=2, reduced_motion="reduce")  # type: ignore[arg-type]
        log_in(page, address, Path(token_file).read_text(encoding="ascii").strip())
        page.locator("[data-call]").first.wait_for()
        page.locator(".recharts-bar-rectangle path").first.wait_for()
        page.screenshot(path=f"{folder}/overview.png")
        open_risky_frame(page, address)
        page.screenshot(path=f"{folder}/run.png")
        browser.close()


def chromium(folder: str) -> str:
    """The path of a Chromium unpacked into `folder`."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    unpacked = subprocess.run(
        ["node", "scripts/chromium.mjs"],
        cwd=DASHBOARD,
        env=os.environ | {"PATH": path, "TMPDIR": folder},
        check=True,
        capture_output=True,
        text=True,
    )
    return unpacked.stdout


def log_in(page: Page, address: str, token: str) -> None:
    """To the overview."""
    page.goto(address)
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Last 24 hours").wait_for()


def open_risky_frame(page: Page, address: str) -> None:
    """The riskiest frame of the riskiest run, unfolded."""
    answer = page.evaluate("fetch('/api/runs?limit=500').then(answer => answer.json())")
    riskiest = max(answer["runs"], key=lambda run: (run["max_score"], run["findings"]))
    page.goto(f"{address}/runs/{riskiest['run_id']}")
    page.locator("[data-seq]").first.wait_for()
    found = page.evaluate(f"fetch('/api/runs/{riskiest['run_id']}/frames?limit=500').then(answer => answer.json())")
    frame = max(found["frames"], key=lambda each: (each["score"], len(each["findings"])))
    line = page.locator(f'[data-seq="{frame["seq"]}"] button[aria-expanded]').first
    line.click()
    page.mouse.move(0, 0)
    page.wait_for_function("document.querySelector('[aria-label=Payload]') !== null")
    line.evaluate("line => line.scrollIntoView({block: 'center'})")


if __name__ == "__main__":
    main(*sys.argv[1:])
