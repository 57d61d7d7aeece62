"""Secrets are masked, and most of what is none stays readable. No secret stands here in clear: all are made."""

import json

import pytest

from km.cli.masking import MASK, masked

BODY = "A1b2" * 9
SECRETS = [
    "ghp" + "_" + BODY,
    "github" + "_pat_" + BODY,
    "sk" + "-" + BODY,
    "AKIA" + "A1B2" * 4,
    "xoxb" + "-1234-" + BODY,
    "eyJ" + BODY + "." + BODY + "." + BODY,
]


@pytest.mark.parametrize("secret", SECRETS)
def test_well_known_keys_are_masked_wherever_they_stand(secret: str) -> None:
    assert masked(f"the key is {secret}, use it") == f"the key is {MASK}, use it"


@pytest.mark.parametrize("name", ["password", "apiKey", "API_KEY", "client_secret", "Authorization", "accessToken"])
def test_values_of_names_that_speak_of_secrets_are_masked(name: str) -> None:
    value = 'correct horse " battery'
    for text in (json.dumps({name: value}), json.dumps({"a": json.dumps({name: "staple"})}), f"{name}=staple"):
        shown = masked(text)
        assert MASK in shown
        assert "horse" not in shown
        assert "staple" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "https://ana:" + "hush" * 3 + "@example.org/x",
        "Bearer " + "hush" * 3,
        "-----BEGIN " + "PRIVATE KEY-----\n" + "hush" * 9 + "\n-----END PRIVATE KEY-----",
    ],
)
def test_other_forms_are_masked(text: str) -> None:
    assert MASK in masked(text)
    assert "hush" not in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"progressToken": 7, "max_tokens": 100}',
        '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "get_weather"}}',
        "task-force on the desk: 0196f3c2-0000-7000-8000-000000000001",
        "https://example.org:8080/path@1",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


def test_a_long_text_of_near_misses_takes_no_long_time() -> None:
    # Exponential patterns would not come to an end here; the suite's timeout is the judge.
    for piece in ("token", '"token', "password=", '"a\\', "sk-", "://a:", "Bearer "):
        masked(piece * 20_000)


@pytest.mark.parametrize(
    "text",
    [
        '["--api-key", "hush", "--port", "1"]',
        ' "--access-token",\n-   "hush",',
        "+  - --api-key\n   - hush\n",
        "--api-key=hush",
    ],
)
def test_the_argument_behind_an_option_that_speaks_of_secrets_is_masked(text: str) -> None:
    assert masked(text) == text.replace("hush", MASK)
