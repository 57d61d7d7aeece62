"""compose.yaml and the Dockerfile: valid, closed in themselves, and in the words that our processes read."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

CHECKOUT = Path(__file__).parents[3]
DOCKER = CHECKOUT / "deploy" / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())
OURS = ["provision", "sanitize", "score", "projector", "query"]
SOURCES = ("streams/km_streams", "services/km_services", "deploy/local/km_local/provision")


def test_compose_follows_the_compose_specification() -> None:
    spec = importlib.util.find_spec("check_jsonschema")
    assert spec is not None and spec.origin is not None  # noqa: PT018
    schema = Path(spec.origin).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text()))


@pytest.mark.parametrize("kind", ["secrets", "volumes"])
def test_what_a_service_uses_is_defined_and_what_is_defined_is_used(kind: str) -> None:
    used = {
        entry.split(":")[0]
        for service in COMPOSE["services"].values()
        for entry in service.get(kind, [])
        if not entry.startswith((".", "/"))
    }
    assert used == set(COMPOSE[kind])


def test_services_wait_for_services_that_exist() -> None:
    for service in COMPOSE["services"].values():
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"])


def test_who_is_waited_for_until_healthy_says_whether_it_is() -> None:
    for service in COMPOSE["services"].values():
        for name, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in COMPOSE["services"][name]


def test_every_variable_that_a_process_of_ours_is_given_is_read_by_our_code() -> None:
    files = [file for source in SOURCES for file in (CHECKOUT / source).rglob("*.py")]
    read = set(re.findall(r"\"(KM_[A-Z_]+)\"", "".join(file.read_text() for file in files)))
    given = {name for service in OURS for name in COMPOSE["services"][service]["environment"]}
    assert given - read == set()


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_more_rights_than_they_need(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_ports_are_open_to_this_machine_only() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_stands_in_an_environment() -> None:
    for service in COMPOSE["services"].values():
        assert not [name for name in service.get("environment", {}) if re.search(r"PASSWORD$|TOKEN$|SECRET$", name)]


def test_each_process_sees_no_secret_but_its_own() -> None:
    for name in ("sanitize", "score", "projector"):
        assert COMPOSE["services"][name]["secrets"] == [f"km_{name}"]
    assert set(COMPOSE["services"]["query"]["secrets"]) == {"km_query", "token"}


def test_the_script_makes_every_secret_that_compose_reads_once_and_private(tmp_path: Path) -> None:
    script = ["sh", str(DOCKER / "secrets.sh"), str(tmp_path / "made")]
    subprocess.run(script, check=True)
    made = {file.name: file.read_bytes() for file in (tmp_path / "made").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert len(set(made.values())) == len(made)
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "made").iterdir()} == {0o600}
    subprocess.run(script, check=True)
    assert {file.name: file.read_bytes() for file in (tmp_path / "made").iterdir()} == made


def test_the_dockerfile_passes_hadolint() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DOCKER / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_image_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (.+)$", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
    assert users == ["$UID:$UID"]
    assert "ARG UID=1000" in (DOCKER / "Dockerfile").read_text()


def test_the_image_holds_the_versions_that_are_tested() -> None:
    def pins(path: Path) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==([^ ;]+)", path.read_text(), re.MULTILINE))

    image, tested = pins(DOCKER / "requirements.lock"), pins(CHECKOUT / "requirements.lock")
    assert image
    assert {name: tested.get(name) for name in image} == image
