"""`km init`."""

import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Km

KM = Path(sys.executable).with_name("km")


def config(km: "Km") -> dict[str, dict[str, object]]:
    return tomllib.loads((km.home / "config.toml").read_text())


def test_flags_make_configuration_and_identity(km: "Km") -> None:
    said = json.loads(km.call("init", "--kafka", "a:1,b:2", "--topic-prefix", "x.", "--json").stdout)
    assert config(km)["destination"] == {"kafka": "a:1,b:2", "topic_prefix": "x."}
    assert said["installation_id"] in (km.home / "installation.json").read_text()
    assert (km.home / "config.toml").stat().st_mode & 0o777 == 0o600
    assert km.home.stat().st_mode & 0o777 == 0o700


def test_yes_takes_defaults_and_later_keeps_what_is_there(km: "Km") -> None:
    assert km.call("init", "--yes").returncode == 0
    assert config(km)["destination"] == {"kafka": "127.0.0.1:9092"}
    path = km.home / "config.toml"
    path.write_text('# mine\n[destination]\nkafka = "a:1" # there\ntls = false\n\n[spool]\nmax_age_days = 3\n')
    identity = (km.home / "installation.json").read_text()
    before = path.read_text()
    assert km.call("init", "--yes").returncode == 0
    assert path.read_text() == before
    assert km.call("init", "--kafka", "b:2").returncode == 0
    assert path.read_text() == before.replace('"a:1"', '"b:2"')
    assert (km.home / "installation.json").read_text() == identity


def test_nobody_there_to_be_asked(km: "Km") -> None:
    done = km.call("init")
    assert done.returncode == 2
    assert "say --yes" in done.stderr
    assert not (km.home / "config.toml").exists()


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--kafka", "nowhere"), "no host:port"),
        (("--kafka", "a:1,b:70000"), "no host:port"),
        (("--yes", "--customer-id", "acme"), "no UUID"),
        (("--yes", "--sasl", "SCRAM-SHA-512", "--username", "ana"), "a password goes with the user name"),
    ],
)
def test_what_cannot_be_used_is_refused(km: "Km", flags: tuple[str, ...], sentence: str) -> None:
    done = km.call("init", *flags)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert not (km.home / "config.toml").exists()


def test_a_file_that_is_no_toml_is_not_touched(km: "Km") -> None:
    km.home.mkdir(mode=0o700)
    (km.home / "config.toml").write_text("kafka =")
    assert km.call("init", "--yes").returncode == 1
    assert (km.home / "config.toml").read_text() == "kafka ="


def test_a_setting_that_is_not_known_is_told_and_the_file_stays_as_it_was(km: "Km") -> None:
    km.home.mkdir(mode=0o700)
    (km.home / "config.toml").write_text('[destination]\ncolour = "red"\n')
    done = km.call("init", "--yes")
    assert (done.returncode, "does not have the form" in done.stderr) == (1, True)
    assert (km.home / "config.toml").read_text() == '[destination]\ncolour = "red"\n'


def test_the_password_goes_into_a_private_file_alone(km: "Km") -> None:
    password = "hush" * 3

    login = ("--sasl", "SCRAM-SHA-512", "--username", "ana", "--password-stdin")
    command = [str(KM), "init", "--kafka", "a:1", "--tls", *login]
    done = subprocess.run(
        command, input=password + "\n", text=True, capture_output=True, env=km.environment, check=True
    )
    assert tomllib.loads((km.home / "credentials").read_text()) == {"username": "ana", "password": password}
    assert (km.home / "credentials").stat().st_mode & 0o777 == 0o600
    assert config(km)["destination"] == {"kafka": "a:1", "tls": True, "sasl": "SCRAM-SHA-512"}
    assert km.call("init", "--yes", "--sasl", "none").returncode == 0
    assert config(km)["destination"] == {"kafka": "a:1", "tls": True}
    assert password not in done.stdout + done.stderr + (km.home / "config.toml").read_text()


def test_on_a_terminal_it_asks(km: "Km") -> None:
    here, there = pty.openpty()
    with os.fdopen(here, "wb", buffering=0) as terminal:
        terminal.write(b"broker.example:9093\nyes\n\n")
        command = [str(KM), "init"]
        done = subprocess.run(command, stdin=there, capture_output=True, text=True, env=km.environment, check=True)
        os.close(there)
    assert "Kafka brokers, host:port[,host:port] [127.0.0.1:9092]: " in done.stdout
    assert config(km)["destination"] == {"kafka": "broker.example:9093", "tls": True}
