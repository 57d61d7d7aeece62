"""The environment of the demo's MCP client and servers: their own, as users have them."""

import hashlib
import shutil
import sys
from pathlib import Path

from km_local.processes.child import Command, run_to_end

SECONDS = 300.0


def ensure_mcp_environment(folder: Path, lock: Path, log: Path) -> Path:
    """The environment's python; made anew when the lock file changed. Raises `ProcessError` when pip fails."""
    stamp = folder / "kilometers-installed"
    python = folder / "bin" / "python"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    run_to_end(Command("venv", (sys.executable, "-m", "venv", str(folder)), log), SECONDS)
    install = (str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock))
    run_to_end(Command("pip install of requirements-mcp.lock", install, log), SECONDS)
    stamp.write_text(wanted)
    return python
