"""Host, Origin and site of a request."""

import pytest
from starlette.datastructures import Headers

from km_services.query.security import host_name, page_policy, refusal

ALLOWED = frozenset({"127.0.0.1", "localhost", "::1"})


@pytest.mark.parametrize(
    ("host", "name"),
    [("127.0.0.1:80", "127.0.0.1"), ("LocalHost", "localhost"), ("[::1]:8080", "::1"), ("[::1]", "::1"), ("", "")],
)
def test_the_name_of_a_host_is_told_without_port_and_brackets(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:18480"},
        {"host": "localhost:18480", "origin": "http://localhost:18480", "sec-fetch-site": "same-origin"},
        {"host": "[::1]:18480", "origin": "http://[::1]:18480"},
        {"host": "127.0.0.1", "origin": "https://127.0.0.1"},
        {"host": "localhost", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    ],
)
def test_our_pages_scripts_and_links_to_us_may_pass(headers: dict[str, str]) -> None:
    assert refusal(Headers(headers), ALLOWED) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "evil.example"},
        {"host": "localhost.evil.example:18480"},
        {"host": "127.0.0.1@evil.example"},
        {"host": "localhost", "origin": "null"},
        {"host": "localhost:1", "origin": "http://localhost:2"},
        {"host": "localhost", "origin": "http://evil.example"},
        {"host": "localhost", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    ],
)
def test_rebound_names_and_other_sites_are_refused(headers: dict[str, str]) -> None:
    assert refusal(Headers(headers), ALLOWED) is not None


def test_the_policy_of_the_pages_allows_no_inline_script_and_no_other_origin() -> None:
    policy = page_policy("abc")
    assert "'unsafe" not in policy
    assert "http" not in policy
    assert "'nonce-abc'" in policy
