"""Whatever README, CONTRIBUTING and docs name exists: commands, paths, links, ports, variables, modules."""

import importlib.util
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PACKAGES = ("schemas", "proxy", "streams", "services", "deploy/local")
SOURCES = ("schemas", "proxy", "streams", "services/km_services", "deploy", "Makefile", "compose.yaml", ".ci/run")
MADE_AT_RUN_TIME = (".venv/", ".km/")


def spans(text: str) -> list[str]:
    """The code in a page: inline spans, and lines of fenced blocks without their comments."""
    fenced = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    lines = [re.sub(r"\s+#\s.*", "", line).strip() for block in fenced for line in block.splitlines()]
    return [*inline, *lines]


@cache
def sources() -> str:
    """All text of ours in which a variable or a file of run time may be named."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *SOURCES], cwd=ROOT, capture_output=True, check=True
    )
    files = [
        ROOT / name for name in listed.stdout.decode().split("\n") if name and not name.endswith((".lock", ".json"))
    ]
    return "\n".join(path.read_text(errors="replace") for path in files if path.is_file())


@cache
def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@cache
def console_commands() -> set[str]:
    """What `.venv/bin` has because of us."""
    scripts: set[str] = set()
    for package in PACKAGES:
        project = tomllib.loads((ROOT / package / "pyproject.toml").read_text())
        scripts |= set(project["project"].get("scripts", {}))
        shared = project["tool"]["hatch"]["build"]["targets"]["wheel"].get("shared-scripts", {})
        scripts |= {Path(name).name for name in shared.values()}
        scripts |= {path.name for source in shared for path in (ROOT / package / source).glob("*")}
    return scripts


@pytest.fixture(params=DOCS, ids=lambda path: path.name)
def page(request: pytest.FixtureRequest) -> str:
    path: Path = request.param
    return path.read_text()


def test_every_make_target_named_exists(page: str) -> None:
    named = {target for span in spans(page) for target in re.findall(r"^make ([a-z][a-z-]*)", span)}
    assert named <= make_targets()


def test_every_path_named_exists(page: str) -> None:
    paths = {span for span in spans(page) if re.fullmatch(r"\.?[\w-]+(/[\w.*-]+)*/?[\w.*-]*", span) and "/" in span}
    ours = {path for path in paths if (ROOT / path.split("/")[0]).exists() and not path.startswith(MADE_AT_RUN_TIME)}
    assert {path for path in ours if not any(ROOT.glob(path.rstrip("/")))} == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_and_picture_leads_to_a_file(path: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", path.read_text()) if not link.startswith("http")]
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_file_of_run_time_is_made_by_the_code(page: str) -> None:
    named = {span for span in spans(page) if span.startswith(".km/")}
    assert {name for name in named if f'"{name.split("/")[-1]}' not in sources()} == set()


def test_every_environment_variable_is_read_by_the_code(page: str) -> None:
    named = set(re.findall(r"\bKM_[A-Z][A-Z_]*[A-Z]\b", page))
    assert {name for name in named if not re.search(rf"\b{name}\b", sources())} == set()


def test_every_port_is_a_default_of_the_code(page: str) -> None:
    named = set(re.findall(r"(?<![\w.:-])[1-6]\d{4}(?![\w.-])", page))
    assert {port for port in named if not re.search(rf"\b{port}\b|\b{port[:2]}_{port[2:]}\b", sources())} == set()


def test_every_command_of_ours_exists_with_its_subcommand(page: str) -> None:
    for span in spans(page):
        words = span.replace(".venv/bin/", "").replace("/path/to/kilometers/", "").split()
        if not words or not re.fullmatch(r"km(-[a-z]+)?", words[0]):
            continue
        assert words[0] in console_commands(), span
        if len(words) > 1 and re.fullmatch(r"[a-z]+", words[1]):
            told = subprocess.run([ROOT / ".venv/bin" / words[0], words[1], "--help"], capture_output=True, check=False)
            assert told.returncode == 0, f"{span}: {told.stderr.decode()}"


def test_every_module_named_can_be_imported(page: str) -> None:
    named = {match for span in spans(page) for match in re.findall(r"\bkm_[a-z]+(?:\.[a-z_]+)+", span)}
    missing = {
        name
        for name in named
        if not (importlib.util.find_spec(name) or importlib.util.find_spec(name.rpartition(".")[0]))
    }
    assert missing == set()


def test_these_checks_see_what_is_missing() -> None:
    text = "`make nothing` `deploy/nowhere/` `KM_NO_SUCH_VARIABLE` `61234`\n```sh\nkm-nothing run   # why\n```\n"
    assert spans(text) == ["make nothing", "deploy/nowhere/", "KM_NO_SUCH_VARIABLE", "61234", "km-nothing run"]
    for check in (
        test_every_make_target_named_exists,
        test_every_path_named_exists,
        test_every_environment_variable_is_read_by_the_code,
        test_every_port_is_a_default_of_the_code,
        test_every_command_of_ours_exists_with_its_subcommand,
    ):
        with pytest.raises(AssertionError):
            check(text)
