"""Where a checkout keeps what runs from it. Everything is below `.km`, so two checkouts share nothing."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folders:
    """The paths of one checkout."""

    checkout: Path

    @property
    def state(self) -> Path:
        """Everything that runs keeps its files here; mode 0700."""
        return self.checkout / ".km"

    @property
    def cache(self) -> Path:
        """What can be fetched or made again: jars, the AOT cache."""
        return self.state / "cache"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.state / "logs"

    @property
    def secrets(self) -> Path:
        """One password file per Postgres role, mode 0600."""
        return self.state / "secrets"

    @property
    def kafka(self) -> Path:
        """The broker's settings and topics."""
        return self.state / "kafka"

    @property
    def km_home(self) -> Path:
        """`KM_HOME` of every `km` that reports to this stack."""
        return self.state / "km"

    @property
    def token(self) -> Path:
        """The token that logs a browser in."""
        return self.state / "token"

    @property
    def keyring(self) -> Path:
        """The sanitizer's keys."""
        return self.state / "keyring"

    @property
    def lock(self) -> Path:
        """Held as long as anything of a stack runs."""
        return self.state / "lock"

    @property
    def demo(self) -> Path:
        """What the demo's traffic recorded at its own pipes."""
        return self.state / "demo"

    @property
    def dashboard(self) -> Path:
        """The sources of the pages."""
        return self.checkout / "services" / "dashboard"

    @property
    def mcp_environment(self) -> Path:
        """The Python environment of the demo's MCP client and servers."""
        return self.checkout / ".venv-mcp"

    @property
    def mcp_lock(self) -> Path:
        """What that environment holds."""
        return self.checkout / "requirements-mcp.lock"

    def log(self, name: str) -> Path:
        """The log file of a process."""
        return self.logs / f"{name}.log"

    def make(self) -> None:
        """Create the private folders; logs of the start before are kept beside as `.1`."""
        for folder in (self.state, self.cache, self.logs, self.secrets, self.km_home):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        for log in self.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))
