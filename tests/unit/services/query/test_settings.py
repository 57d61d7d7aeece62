"""Settings from the environment."""

from pathlib import Path

import pytest

from km_services.query.settings import SettingsError, from_environment

TOKEN = "t" * 43


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    return {
        "KM_TOKEN_FILE": str(token),
        "KM_POSTGRES_HOST": "127.0.0.1",
        "KM_POSTGRES_DATABASE": "kilometers",
        "KM_POSTGRES_PASSWORD_FILE": str(tmp_path / "password"),
    }


def test_loopback_is_the_default_and_its_names_are_allowed(environment: dict[str, str]) -> None:
    settings = from_environment(environment)
    assert settings.host == "127.0.0.1"
    assert {"127.0.0.1", "localhost", "::1"} == settings.allowed_hosts
    assert settings.postgres.user == "km_query"
    assert settings.dashboard_dir is None


def test_more_host_names_are_allowed_where_they_are_named(environment: dict[str, str]) -> None:
    settings = from_environment(environment | {"KM_ALLOWED_HOSTS": "Km.example, other.example", "KM_HOST": "0.0.0.0"})
    assert {"km.example", "other.example", "0.0.0.0"} <= settings.allowed_hosts


@pytest.mark.parametrize(
    "name", ["KM_TOKEN_FILE", "KM_POSTGRES_HOST", "KM_POSTGRES_DATABASE", "KM_POSTGRES_PASSWORD_FILE"]
)
def test_a_missing_setting_is_named(environment: dict[str, str], name: str) -> None:
    del environment[name]
    with pytest.raises(SettingsError, match=name):
        from_environment(environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KM_PORT", "http"),
        ("KM_PORT", "65536"),
        ("KM_CUSTOMER_ID", "me"),
        ("KM_LOG_LEVEL", "loud"),
        ("KM_TOKEN_FILE", "/nowhere"),
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment(environment | {name: value})


def test_a_short_token_is_refused_and_not_quoted(environment: dict[str, str]) -> None:
    Path(environment["KM_TOKEN_FILE"]).write_text("sesame")
    with pytest.raises(SettingsError) as caught:
        from_environment(environment)
    assert "sesame" not in str(caught.value)


def test_settings_do_not_show_the_token(environment: dict[str, str]) -> None:
    assert TOKEN not in repr(from_environment(environment))
