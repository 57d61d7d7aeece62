"""The configuration of an installation."""

from pathlib import Path

import pytest

from km.settings import Security, SettingsError, SpoolLimits, load_settings, write_config
from km_schemas.identity import DEFAULT_CUSTOMER_ID


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_what_is_written_is_read(home: Path) -> None:
    write_config(home, "a:9092,b:9092", "test.")
    settings = load_settings()
    assert (settings.kafka, settings.topic_prefix) == ("a:9092,b:9092", "test.")
    assert settings.installation.customer_id == DEFAULT_CUSTOMER_ID
    assert (home / "config.toml").stat().st_mode & 0o777 == 0o600


def test_the_installation_id_is_made_once(home: Path) -> None:
    write_config(home, "a:1")
    first = load_settings().installation.installation_id
    write_config(home, "b:2")
    assert load_settings().installation.installation_id == first
    assert (home / "installation.json").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in home.iterdir()) == ["config.toml", "installation.json"]


def test_the_customer_may_be_set(home: Path) -> None:
    write_config(home, "a:1")
    with (home / "config.toml").open("a") as file:
        file.write('customer_id = "0196F3C2-0000-7000-8000-000000000009"\n')
    assert load_settings().installation.customer_id == "0196f3c2-0000-7000-8000-000000000009"


def test_how_to_speak_to_the_broker_is_read(home: Path) -> None:
    security = Security(True, home / "ca.pem", "SCRAM-SHA-512", home / "secrets" / "credentials")
    write_config(home, "a:1", security=security)
    assert load_settings().security == security
    write_config(home, "a:1")
    assert load_settings().security == Security(credentials_file=home / "credentials")


def test_the_spools_limits_have_defaults_and_may_be_set(home: Path) -> None:
    write_config(home, "a:1")
    assert load_settings().limits == SpoolLimits(1 << 30, 7 * 86_400)
    with (home / "config.toml").open("a") as file:
        file.write("[spool]\nmax_bytes = 5\nmax_age_days = 0.5\n")
    assert load_settings().limits == SpoolLimits(5, 43_200)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "there is no "),
        ("kafka =", "is not TOML"),
        ("[destination]\n", "does not have the form"),
        ('[destination]\nkafka = "a:1"\ncolour = "red"\n', "does not have the form"),
        ('[destination]\nkafka = "a:1"\nsasl = "PLAIN"\n', "does not have the form"),
        ('[destination]\nkafka = "a:1"\n[spool]\nmax_bytes = -1\n', "does not have the form"),
        ('[destination]\nkafka = "a:1"\ncustomer_id = "acme"\n', "is no UUID"),
    ],
)
def test_what_is_wrong_is_said(home: Path, content: str | None, sentence: str) -> None:
    home.mkdir()
    if content is not None:
        (home / "config.toml").write_text(content)
    with pytest.raises(SettingsError, match=sentence):
        load_settings()


def test_a_damaged_installation_id_is_not_replaced(home: Path) -> None:
    write_config(home, "a:1")
    (home / "installation.json").write_text("{}")
    with pytest.raises(SettingsError, match="holds no installation_id"):
        load_settings()
    assert (home / "installation.json").read_text() == "{}"
