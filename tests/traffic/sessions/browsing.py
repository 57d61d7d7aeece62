"""Browsing: pages fetched as text, and a real browser on a shop's pages."""

from tests.traffic.desk import Desk
from tests.traffic.world import content

_MODULES = ("json", "csv", "argparse", "shutil", "tempfile", "smtplib", "netrc", "getpass", "secrets", "hashlib")


async def fetch(desk: Desk) -> None:
    """Documentation, a shop, a blog, a tracker, an API; some pages do not exist."""
    for page in content("pages"):
        await desk["fetch"].call("fetch", url=f"http://{page['url']}")
        await desk["fetch"].call("fetch", url=f"http://{page['url']}", raw=True)
    for module in _MODULES:
        for start in (0, 5_000):
            url = f"http://docs.example.org/{module}.html"
            await desk["fetch"].call("fetch", url=url, start_index=start, max_length=5_000)
    for path in ("products?page=2&sort=price", "missing", "search?q=ink%20black&utm_source=newsletter"):
        await desk["fetch"].call("fetch", url=f"http://shop.example.org/{path}")


async def browse(desk: Desk) -> None:
    """Look around, search, fill in a form, take pictures."""
    browser = desk["playwright"]
    for page in content("pages"):
        await browser.call("browser_navigate", url=f"http://{page['url']}")
        await browser.call("browser_snapshot")
    for number, ticket in enumerate(content("tickets")[:8]):
        await browser.call("browser_navigate", url="http://shop.example.org/contact")
        fields = [
            {"name": "Name", "target": 'input[name="name"]', "type": "textbox", "value": "Luis Romero"},
            {"name": "E-mail", "target": 'input[name="email"]', "type": "textbox", "value": "luis.romero@example.net"},
            {"name": "Message", "target": "textarea", "type": "textbox", "value": ticket["text"]},
        ]
        await browser.call("browser_fill_form", fields=fields)
        if number % 2:
            await browser.call("browser_click", element="Send", target="button")
        await browser.call("browser_console_messages", level="error")
    await browser.call("browser_navigate", url="http://shop.example.org/products/notebook-a5")
    await browser.call("browser_click", element="Add to cart", target="button")
    await browser.call("browser_evaluate", function="() => document.querySelectorAll('a').length")
    await browser.call("browser_evaluate", function="() => document.title")
    await browser.call("browser_network_requests", static=True)
    await browser.call("browser_navigate", url="http://shop.example.org/")
    await browser.call("browser_type", element="Search", target="input", text="ink", submit=True)
    await browser.call("browser_wait_for", text="Results")
    await browser.call("browser_navigate_back")
    await browser.call("browser_resize", width=800, height=600)
    for module in _MODULES[:4]:
        await browser.call("browser_navigate", url=f"http://docs.example.org/{module}.html")
        await browser.call("browser_find", text="file")
    await browser.call("browser_tabs", action="list")
    await browser.call("browser_click", element="Nothing", target="#missing")
    await browser.call("browser_close")
