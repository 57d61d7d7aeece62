"""One run through everything: wrapper, spool, shipper, acknowledgement. Its server is named km-doctor, is `true`, and
says nothing: run-started and run-ended are all that it leaves.
"""

import os
import re
import subprocess
import time
from pathlib import Path
from typing import Final

from km.cli.checks.verdict import Verdict, failed, ok
from km.home import SHIPPER_LOG
from km.settings import Settings
from km.shipper.cursor import load_cursor

SERVER: Final = "km-doctor"
_NAME: Final = "test event"
_RUN_SECONDS: Final = 10.0
_RECORDING = re.compile(r"recording run ([0-9a-f-]{36})")


def check_trial_run(settings: Settings, km: Path, patience: float) -> Verdict:
    """`patience`: seconds to wait for the acknowledgement."""
    started = time.monotonic()
    try:
        run_id = _run(settings.home, km)
    except (OSError, subprocess.TimeoutExpired) as error:
        return failed(_NAME, f"{km} could not run a server: {type(error).__name__}", "install km again")
    if run_id is None:
        return failed(_NAME, f"{km} ran a server, but did not record it", "see what km doctor says of the folders")
    folder = settings.spool / run_id
    while time.monotonic() - started < patience:
        if _is_acknowledged(folder):
            return ok(_NAME, f"recorded and acknowledged after {time.monotonic() - started:.1f} s (run {run_id})")
        time.sleep(0.02)
    return _not_acknowledged(settings, patience)


def _run(home: Path, km: Path) -> str | None:
    command = [str(km), "--server", SERVER, "--verbose", "--", "true"]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env=os.environ | {"KM_HOME": str(home)},
        timeout=_RUN_SECONDS,
    )
    found = _RECORDING.search(done.stderr.decode(errors="replace"))
    return found[1] if found else None


def _is_acknowledged(folder: Path) -> bool:
    """The shipper removes a run when its run-ended is acknowledged."""
    return not folder.exists() or load_cursor(folder).ended


def _not_acknowledged(settings: Settings, patience: float) -> Verdict:
    log = settings.home / SHIPPER_LOG
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    said = f"; its log ends with: {lines[-1]}" if lines else ""
    says = f"recorded, but not acknowledged within {patience:.0f} s{said}"
    do = f"km ship --once says why in front of you; the record stays in {settings.spool} until it is acknowledged"
    return failed(_NAME, says, do)
