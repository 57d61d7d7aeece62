"""How fast a spool empties into Kafka, and what the shipper costs while the broker is away."""

import asyncio
import subprocess
import time
from collections import defaultdict
from pathlib import Path

from aiokafka import AIOKafkaConsumer

from km.settings import write_config
from km_schemas.topics import FRAMES as FRAMES_TOPIC
from km_schemas.topics import topic

from .recorder import KM, Recorder

FRAMES = 100_000
FRAME = b'{"jsonrpc":"2.0","method":"x","params":"' + b"0123456789abcdef" * 61 + b'"}\n'
OUTAGE_FRAMES = 500_000
NOBODY = "127.0.0.1:9"
CLOCK_TICKS = 100


def shipping_figures(km: Recorder) -> list[str]:
    """Frames a second from spool to acknowledged."""
    return [_rate(km)]


def outage_figures(km: Recorder, minutes: float) -> list[str]:
    """CPU of the shipper while the broker is away for so long, with 500 MB in the spool; and whether all arrives."""
    return [_outage(km, minutes * 60)]


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


def _outage(km: Recorder, seconds_away: float) -> str:
    write_config(km.home, NOBODY)
    shipper = km.start_shipper()
    _record(km, OUTAGE_FRAMES)
    time.sleep(3.0)
    before, start = _cpu_seconds(shipper.pid), time.monotonic()
    time.sleep(seconds_away)
    share = (_cpu_seconds(shipper.pid) - before) / (time.monotonic() - start)
    km.stop_shipper()
    write_config(km.home, km.bootstrap)
    start = time.monotonic()
    done = subprocess.run([str(KM), "ship", "--once"], env=km.environment, check=True, capture_output=True, text=True)
    seconds = time.monotonic() - start
    return (
        f"broker away, {OUTAGE_FRAMES // 1000} MB in the spool: {share:.2%} of a CPU over {seconds_away:.0f} s; "
        f"then drained in {seconds:.1f} s: {done.stdout.strip()}; "
        f"{asyncio.run(_order(km.bootstrap))}"
    )


async def _order(bootstrap: str) -> str:
    """Whether the seqs of each run in the topic are 1, 2, 3 … one after the other."""
    consumer = AIOKafkaConsumer(
        topic(FRAMES_TOPIC).physical_name("", 1), bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    )
    last: defaultdict[bytes, int] = defaultdict(int)
    records, out_of_order = 0, 0
    await consumer.start()
    try:
        while batches := await consumer.getmany(timeout_ms=5000):
            for record in (record for batch in batches.values() for record in batch):
                headers = dict(record.headers)
                run, seq = headers["ce_runid"], int(headers["ce_seq"])
                out_of_order += seq != last[run] + 1
                last[run] = seq
                records += 1
    finally:
        await consumer.stop()
    return f"{records:,} records of {len(last)} runs in the topic, {out_of_order} out of order"


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS
