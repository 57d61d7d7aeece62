"""Who may ask: cookie, bearer, origin, host."""

import httpx
import pytest

from km_services.query.login.attempts import FAILURES_MAX
from km_services.query.settings import Settings

PATHS = ("/api/runs", "/api/calls", "/api/overview", "/api/stats/hourly", "/api/live", "/api/openapi.json")


@pytest.fixture
def browser(address: str) -> httpx.Client:
    """A client that keeps cookies and has no token."""
    return httpx.Client(base_url=address, timeout=20.0)


def test_without_a_login_nothing_is_told(browser: httpx.Client) -> None:
    for path in PATHS:
        answer = browser.get(path)
        assert (path, answer.status_code, answer.json()["error"]["code"]) == (path, 401, "login_required")


def test_the_token_buys_a_cookie_that_scripts_cannot_read(browser: httpx.Client, settings: Settings) -> None:
    answer = browser.post("/api/login", json={"token": settings.token})
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 204
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age="))
    assert settings.token not in cookie
    assert browser.get("/api/overview").status_code == 200
    assert browser.get("/api/openapi.json").json()["info"]["title"] == "Kilometers query service"
    assert browser.post("/api/logout").status_code == 204
    assert browser.get("/api/overview").status_code == 401


def test_a_wrong_token_is_refused_and_after_many_the_right_one_has_to_wait(
    browser: httpx.Client, settings: Settings
) -> None:
    for _ in range(FAILURES_MAX):
        assert browser.post("/api/login", json={"token": "x" * 43}).status_code == 401
    answer = browser.post("/api/login", json={"token": settings.token})
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_logins")
    assert 0 < int(answer.headers["retry-after"]) <= 60


def test_a_token_in_the_address_is_no_login(browser: httpx.Client, settings: Settings) -> None:
    assert browser.get("/api/overview", params={"token": settings.token}).status_code == 401


def test_names_that_are_not_ours_are_refused(browser: httpx.Client, settings: Settings) -> None:
    bearer = {"Authorization": f"Bearer {settings.token}"}
    for headers in ({"Host": "rebound.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        answer = browser.get("/api/overview", headers=bearer | headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
        assert browser.post("/api/login", json={"token": settings.token}, headers=headers).status_code == 403


def test_every_answer_carries_the_headers_of_security(browser: httpx.Client) -> None:
    for path in ("/api/overview", "/health", "/nowhere"):
        headers = browser.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_a_form_of_another_page_cannot_log_in(browser: httpx.Client, settings: Settings) -> None:
    body = f'{{"token": "{settings.token}"}}'
    answer = browser.post("/api/login", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert settings.token not in answer.text


def test_a_large_body_is_refused(browser: httpx.Client) -> None:
    assert browser.post("/api/login", json={"token": "x" * 10_000}).status_code == 413
