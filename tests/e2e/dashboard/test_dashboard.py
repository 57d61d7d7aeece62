"""The pages in a real browser, over the whole real system."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

NAMED_SECONDS = 2.0
DEADLINE_SECONDS = 5 * NAMED_SECONDS
KM = str(Path(sys.executable).with_name("km"))
AXE = Path(__file__).parents[3] / "services" / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"

# Answers every request with the arguments it got: a server of a few lines.
SERVER = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    if "id" in request:
        text = json.dumps(request.get("params", {}).get("arguments"))
        result = {"content": [{"type": "text", "text": text}], "isError": False}
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}), flush=True)
"""


class WrappedServer:
    """A client's end of a server behind `km`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._calls = 0

    async def call(self, tool: str, arguments: dict[str, Any]) -> None:
        """One `tools/call`; returns when its answer is there."""
        self._calls += 1
        params = {"name": tool, "arguments": arguments}
        request = {"jsonrpc": "2.0", "id": self._calls, "method": "tools/call", "params": params}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        answer = json.loads(await asyncio.wait_for(self._process.stdout.readline(), DEADLINE_SECONDS))
        assert answer["id"] == self._calls

    async def close(self) -> None:
        """Close its stdin and wait for its end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert await asyncio.wait_for(self._process.wait(), DEADLINE_SECONDS) == 0


async def wrapped(km_home: Path) -> WrappedServer:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KM_")}
    process = await asyncio.create_subprocess_exec(
        KM, "--server", "echo", "--", sys.executable, "-c", SERVER,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=inherited | {"KM_HOME": str(km_home)},
    )  # fmt: skip
    return WrappedServer(process)


async def test_a_call_made_through_km_appears_on_the_open_page_by_itself(
    page: Page, system: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await page.locator('[role="status"][data-status="live"]').wait_for()
    await expect(page.get_by_text("Nothing recorded yet")).to_be_visible()
    server = await wrapped(system.km_home)
    await server.call("first_look", {})  # starts the shipper, which serves all that follows
    await page.locator("tr", has_text="first_look").wait_for(timeout=6 * DEADLINE_SECONDS * 1000)

    await server.call("git_status", {"note": "hello"})
    began = time.monotonic()
    await page.locator("tr", has_text="git_status").wait_for(timeout=DEADLINE_SECONDS * 1000)
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\na call was on the open page {seconds:.2f} s after its answer (named: {NAMED_SECONDS:g} s)")
    await expect(page.locator('[data-stat="Calls"]')).to_contain_text("2", timeout=DEADLINE_SECONDS * 1000)
    await server.close()


async def test_a_secret_is_a_chip_in_the_frame_and_nowhere_to_be_read(page: Page, system: Any) -> None:
    secret = "ghp_" + "A1b2" * 9
    server = await wrapped(system.km_home)
    await server.call("git_commit", {"message": f"rotate {secret} now", "size": 12345678901234567890})
    await server.close()
    await page.get_by_role("link", name="git_commit").click(timeout=6 * DEADLINE_SECONDS * 1000)
    # The link opens the run at the call's request.
    request = page.get_by_role("listitem").filter(has_text="tools/call").first
    await expect(request.locator("button[aria-expanded]").first).to_have_attribute("aria-expanded", "true")
    chip = request.locator("[data-finding]").first
    await expect(chip).to_be_visible()
    assert (await chip.get_attribute("data-finding") or "").startswith("secret")
    await expect(request.get_by_text("12345678901234567890")).to_be_visible()
    assert secret not in await page.content()


async def test_pages_pass_an_audit_in_light_and_dark_and_can_be_used_by_keyboard_until_log_out(
    page: Page, system: Any
) -> None:
    server = await wrapped(system.km_home)
    await server.call("git_log", {"max_count": 3})
    await server.close()
    await page.locator("tr", has_text="git_log").wait_for(timeout=6 * DEADLINE_SECONDS * 1000)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for path in ("/", "/calls", "/runs"):
            await page.goto(system.address + path)
            await page.locator("table td").first.wait_for()
            assert await audit(page) == [], f"{path} in {scheme}"
    await page.get_by_role("link", name="echo").first.click()
    line = page.locator("[data-seq] button[aria-expanded]").first
    await line.focus()
    await page.keyboard.press("Enter")
    await expect(line).to_have_attribute("aria-expanded", "true")
    assert await audit(page) == [], "a run"
    await log_out(page)
    await page.goto(f"{system.address}/runs")
    await expect(page.get_by_label("Token")).to_be_visible()


async def log_out(page: Page) -> None:
    await page.get_by_role("button", name="Preferences").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Log out").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Token")).to_be_visible()


async def audit(page: Page) -> list[str]:
    """Rules of WCAG 2.2 A and AA that the page breaks, at every place (axe-core)."""
    # The policy of the page allows no inserted script; an isolated evaluation is none.
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}).then(r => r.violations)"
    )
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
