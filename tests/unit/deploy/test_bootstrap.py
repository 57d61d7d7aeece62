"""The bootstrap says in one sentence why an environment cannot be made, and knows when there is nothing to do."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "deploy" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path) -> ModuleType:
    """The script as it stands in a copy of the checkout that holds only what it reads."""
    for name in ("requirements.lock", "requirements-test.lock", "deploy/bootstrap.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for package in ("schemas", "proxy", "streams", "services", "deploy/local"):
        (tmp_path / package).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / package / "pyproject.toml", tmp_path / package)
    spec = importlib.util.spec_from_file_location("bootstrap", tmp_path / "deploy" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_unsupported_python_is_told_which_to_install(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 1))
    with pytest.raises(bootstrap.SetupError, match=r"Python 3\.10 is not supported; install Python 3\.11"):
        bootstrap.check_machine()


def test_a_full_disk_is_said_before_anything_is_made(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "NEEDED_BYTES", 2**60)
    with pytest.raises(bootstrap.SetupError, match="free some disk space"):
        bootstrap.check_machine()


def test_a_python_without_venv_is_told_the_package_to_install(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(bootstrap.SetupError, match="python3-venv"):
        bootstrap.check_machine()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError: Failed to establish a new connection", "could not be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the one in the lock file"),
        ("something else", "something else"),
    ],
)
def test_a_failed_install_names_its_likely_cause(bootstrap: ModuleType, output: str, sentence: str) -> None:
    assert sentence in bootstrap.cause(output)


def test_a_missing_package_index_is_one_sentence_and_a_failure(bootstrap: ModuleType, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    failing = [sys.executable, "-c", "import sys; print('Max retries exceeded'); sys.exit(1)"]
    with pytest.raises(bootstrap.SetupError, match="check the network"):
        bootstrap.run(failing, "pip could not install requirements.lock")


def test_a_changed_lock_file_or_another_place_means_another_environment(bootstrap: ModuleType, tmp_path: Path) -> None:
    before = bootstrap.fingerprint("run")
    assert before != bootstrap.fingerprint("test")
    with (tmp_path / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert bootstrap.fingerprint("run") != before


def test_the_script_runs_on_pythons_too_old_for_the_project() -> None:
    import ast

    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))
