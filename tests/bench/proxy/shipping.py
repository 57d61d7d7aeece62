"""How fast a spool empties into Kafka, and what the shipper costs while the broker is away."""

import subprocess
import time
from pathlib import Path

from km.settings import write_config

from .recorder import KM, Recorder

FRAMES = 100_000
FRAME = b'{"jsonrpc":"2.0","method":"x","params":"' + b"0123456789abcdef" * 61 + b'"}\n'
OUTAGE_FRAMES = 500_000
OUTAGE_SECONDS = 60.0
NOBODY = "127.0.0.1:9"
CLOCK_TICKS = 100


def shipping_figures(km: Recorder) -> list[str]:
    """Frames a second from spool to acknowledged; CPU during an outage with as much in the spool."""
    return [_rate(km), _outage(km)]


def _record(km: Recorder, frames: int) -> None:
    """Into the spool: a server that reads all and says nothing."""
    limit = {"KM_SPOOL_LIMIT": str(4 << 30)}
    command = [str(KM), "--", "sh", "-c", "cat > /dev/null"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, env=km.environment | limit)
    assert process.stdin is not None
    for _ in range(frames // 1000):
        process.stdin.write(FRAME * 1000)
    process.communicate()


def _rate(km: Recorder) -> str:
    config = (km.home / "config.toml").read_bytes()
    km.forget()
    (km.home / "config.toml").unlink()
    _record(km, FRAMES)
    (km.home / "config.toml").write_bytes(config)
    start = time.monotonic()
    subprocess.run([str(KM), "ship", "--once"], env=km.environment, check=True, capture_output=True)
    seconds = time.monotonic() - start
    return f"{FRAMES:,} frames of 1 KB from spool to acknowledged: {FRAMES / seconds:,.0f} frames/s, start included"


def _outage(km: Recorder) -> str:
    write_config(km.home, NOBODY)
    shipper = km.start_shipper()
    _record(km, OUTAGE_FRAMES)
    time.sleep(3.0)
    before, start = _cpu_seconds(shipper.pid), time.monotonic()
    time.sleep(OUTAGE_SECONDS)
    share = (_cpu_seconds(shipper.pid) - before) / (time.monotonic() - start)
    km.stop_shipper()
    write_config(km.home, km.bootstrap)
    start = time.monotonic()
    done = subprocess.run([str(KM), "ship", "--once"], env=km.environment, check=True, capture_output=True, text=True)
    seconds = time.monotonic() - start
    return (
        f"broker away, {OUTAGE_FRAMES // 1000} MB in the spool: {share:.2%} of a CPU over {OUTAGE_SECONDS:.0f} s; "
        f"then drained in {seconds:.1f} s: {done.stdout.strip()}"
    )


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS
