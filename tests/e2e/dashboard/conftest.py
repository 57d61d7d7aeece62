"""The whole system with pages: broker, database, three workers, the query service, a browser."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from km.settings import write_config
from km_local.ports import free_port
from km_local.processes.child import Child, Command, environment, wait_until_ready
from km_local.provision.secrets import ensure_secret
from km_local.stack.dashboard import ensure_pages
from km_local.stack.http_probe import answers_ok
from km_local.stack.shipper import stop_shipper
from km_local.testing import Stack

CHECKOUT = Path(__file__).parents[3]
DASHBOARD = CHECKOUT / "services" / "dashboard"
PROGRAMS = Path(sys.executable).parent
STAGES = ("sanitize", "score", "projector")
READY_SECONDS = 60.0


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages of this checkout."""
    cache = CHECKOUT / ".km" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    return ensure_pages(DASHBOARD, cache / "dashboard.stamp", tmp_path_factory.mktemp("dashboard") / "log")


@pytest.fixture(scope="session")
def chromium(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Chromium unpacked from the npm package; installed with what builds the pages."""
    del pages
    variables = os.environ | {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": str(tmp_path_factory.mktemp("chromium")),
    }
    unpacked = subprocess.run(
        ["node", "scripts/chromium.mjs"], cwd=DASHBOARD, env=variables, check=True, capture_output=True, text=True
    )
    return unpacked.stdout


@dataclass(frozen=True, slots=True)
class System:
    """Everything of one test: the address of the pages, their token, and the home of an installation."""

    address: str
    token: str = field(repr=False)
    km_home: Path


@pytest.fixture
def system(stack: Stack, pages: Path) -> Iterator[System]:
    """Three workers and the query service, each ready; `km` ships to the same broker."""
    token, km_home, port = ensure_secret(stack.folder / "token"), stack.folder / "km", free_port()
    query = stack.env("km_query") | {
        "KM_TOKEN_FILE": str(stack.folder / "token"),
        "KM_PORT": str(port),
        "KM_DASHBOARD_DIR": str(pages),
    }
    started: list[Child] = []
    try:
        ports = {stage: free_port() for stage in STAGES}
        for stage, metrics_port in ports.items():
            variables = stack.env(f"km_{stage}") | {"KM_METRICS_PORT": str(metrics_port)}
            started.append(Child(_command(stack, stage, variables, "km-streams", "worker", stage)))
        started.append(Child(_command(stack, "query", query, "km-query")))
        for child, at in zip(started, (*ports.values(), port), strict=True):
            wait_until_ready(child, partial(answers_ok, at), READY_SECONDS)
        write_config(km_home, stack.bootstrap, stack.prefix)
        yield System(f"http://127.0.0.1:{port}", token, km_home)
    finally:
        stop_shipper(km_home)
        for child in reversed(started):
            child.stop()


def _command(stack: Stack, name: str, variables: dict[str, str], program: str, *arguments: str) -> Command:
    log = stack.folder / f"{name}.log"
    return Command(name, (str(PROGRAMS / program), *arguments), log, environment(variables), stack.folder)


@pytest.fixture
async def page(chromium: str, system: System) -> AsyncIterator[Page]:
    """A page that is logged in and shows the overview; what it complains of fails the test."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium)
        opened = await browser.new_page(viewport={"width": 1360, "height": 900})
        opened.on("pageerror", lambda error: complaints.append(error.name or "error"))
        opened.on("console", lambda message: complaints.append(message.text) if "Security" in message.text else None)
        await log_in(opened, system)
        yield opened
        await browser.close()
    assert complaints == []


async def log_in(page: Page, system: System) -> None:
    """From the first address to the overview, as a person does it."""
    await page.goto(system.address)
    await page.get_by_label("Token").fill(system.token)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("heading", name="Last 24 hours").wait_for()
