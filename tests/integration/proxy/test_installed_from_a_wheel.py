"""`km` as users have it: from a wheel, in an environment without this checkout."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import km

PROXY = Path(next(iter(km.__path__))).parent


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in a fresh virtual environment."""
    folder = tmp_path_factory.mktemp("installed")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, PROXY)
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    pip("--python", python, "install", "--no-deps", "--no-index", *folder.glob("*.whl"))
    return folder / "venv" / "bin" / "km"


def run(command: list[str | Path], home: Path) -> bytes:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": "/nowhere"}
    return subprocess.run(command, env=environment, input=b"hello\n", capture_output=True, check=True).stdout


def test_it_wraps(installed: Path, tmp_path: Path) -> None:
    assert run([installed, "--", "cat"], tmp_path) == b"hello\n"
    assert len(list((tmp_path / ".local" / "state" / "kilometers" / "spool").iterdir())) == 1


def test_it_may_be_called_by_a_link(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "km").symlink_to(installed)
    assert run([tmp_path / "km", "--", "cat"], tmp_path) == b"hello\n"


def test_it_may_be_run_as_a_module(installed: Path, tmp_path: Path) -> None:
    assert run([installed.with_name("python"), "-I", "-m", "km", "--", "cat"], tmp_path) == b"hello\n"
