"""One Postgres on this machine: its data folder, the command that runs it, whether it answers."""

import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from km_local.database.programs import Home
from km_local.ports import HOST
from km_local.processes.child import Command, environment, run_to_end

SUPERUSER = "postgres"
INITDB_SECONDS = 60.0
LOCALE = ("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
# TCP only: a socket's path is limited to 107 bytes, a checkout's is not. The wheel's JIT has no libraries.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "timezone": "UTC",
    "track_commit_timestamp": "on",  # freshness is measured from it
    "log_timezone": "UTC",
    # Parameters and failing statements quote what people sent; neither belongs into a log.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True, slots=True)
class DatabasePlace:
    """Which home, which data folder in it, which loopback port."""

    home: Home
    data: Path
    port: int


def prepare(place: DatabasePlace, superuser_password: str, log: Path) -> None:
    """Make the data folder once, with scram-sha-256 for everyone and the superuser's password."""
    if (place.data / "PG_VERSION").exists():
        return
    place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.home.own(place.data)
    password_file = place.data.with_suffix(".pwfile")
    password_file.touch(mode=0o600)
    place.home.own(password_file)
    try:
        password_file.write_text(superuser_password)
        run_to_end(_initdb(place, password_file, log), INITDB_SECONDS)
    finally:
        password_file.unlink()


def serve(place: DatabasePlace, log: Path, settings: Mapping[str, str] = SETTINGS) -> Command:
    """The command of a prepared database. SIGINT stops it without waiting for who is connected."""
    options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    return Command(
        name="postgres",
        argv=(place.home.program("postgres"), "-D", str(place.data), "-p", str(place.port), *options),
        log=log,
        env=_environment(),
        cwd=place.home.folder,
        identity=place.home.identity,
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGINT,
    )


def is_accepting(place: DatabasePlace) -> bool:
    """Whether the server takes connections now."""
    probe = [place.home.program("pg_isready"), "-q", "-h", HOST, "-p", str(place.port)]
    return subprocess.run(probe, check=False, env=_environment()).returncode == 0


def _initdb(place: DatabasePlace, password_file: Path, log: Path) -> Command:
    programs, data = place.home.program("initdb"), str(place.data)
    access = ("-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password_file}")
    return Command(
        name="initdb",
        argv=(programs, "-D", data, *access, *LOCALE, "--no-sync"),
        log=log,
        env=_environment(),
        cwd=place.home.folder,
        identity=place.home.identity,
    )


def _environment() -> dict[str, str]:
    """Ours without what libpq or the locale would take from it."""
    inherited = environment({"LC_ALL": "C"})
    return {key: value for key, value in inherited.items() if not key.startswith("PG")}
