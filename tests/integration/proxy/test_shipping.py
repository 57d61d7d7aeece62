"""From the spool into a real Kafka: what is published, through which kills and outages."""

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from km.settings import write_config
from km.shipper.cursor import load_cursor
from km_schemas.codecs import decode
from km_schemas.headers import FRAME, RUN_ENDED, RUN_STARTED
from km_schemas.partitions import partition_of
from km_schemas.records import RunEnded, RunStarted

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Frames, Km, Published

DEADLINE = 60.0
KM = Path(sys.executable).with_name("km")


def run_folders(km: "Km") -> list[Path]:
    return list((km.home / "spool").iterdir())


def wait_until_shipped(km: "Km") -> None:
    deadline = time.monotonic() + DEADLINE
    while run_folders(km):
        assert time.monotonic() < deadline, f"not shipped: {run_folders(km)}"
        time.sleep(0.02)


def values(records: "list[Published]", direction: str) -> list[bytes]:
    return [record.value for record in records if record.headers.direction == direction]


def kill_shipper(km: "Km") -> None:
    """SIGKILL it, once it is there, and wait until it is gone."""
    deadline = time.monotonic() + DEADLINE
    while (pid := km.shipper()) is None:
        assert time.monotonic() < deadline, "no shipper came"
        time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)
    while km.shipper() == pid:
        assert time.monotonic() < deadline, "the shipper survived"
        time.sleep(0.001)


def test_a_run_is_published_by_itself_and_its_spool_removed(km: "Km", frames: "Frames") -> None:
    km.run("cat", stdin=b"one\ntwo\n")
    wait_until_shipped(km)
    records = frames.read()
    assert [record.headers.seq for record in records] == list(range(1, len(records) + 1))
    assert values(records, "client_to_server") == values(records, "server_to_client") == [b"one\n", b"two\n"]
    started, ended = decode(records[0].value, RunStarted), decode(records[-1].value, RunEnded)
    assert (records[0].headers.type, records[-1].headers.type) == (RUN_STARTED, RUN_ENDED)
    assert (started.argv, started.server) == (["cat"], "cat")
    assert (ended.reason, ended.exit_code, ended.client_to_server_frames) == ("exited", 0, 2)
    assert ended.server_to_client_bytes == len(b"one\ntwo\n")


def test_everything_of_an_installation_is_in_its_partition(km: "Km", frames: "Frames") -> None:
    for _ in range(2):
        km.run("cat", stdin=b"x\n")
    wait_until_shipped(km)
    records = frames.read()
    assert len({record.headers.run_id for record in records}) == 2
    (installation_id,) = {record.headers.installation_id for record in records}
    assert {record.partition for record in records} == {partition_of(installation_id, 4)}


def test_occurred_at_is_the_time_of_the_frame_not_of_its_shipping(km: "Km", frames: "Frames") -> None:
    (km.home / "config.toml").rename(km.home / "kept.toml")
    before = time.time_ns() // 1000
    km.run("cat", stdin=b"x\n")
    after = time.time_ns() // 1000
    (km.home / "kept.toml").rename(km.home / "config.toml")
    assert km.call("ship", "--once").returncode == 0
    times = [record.headers.occurred_at_us for record in frames.read()]
    assert times == sorted(times)
    assert before <= times[0] <= times[-1] <= after


def test_ship_once_says_what_it_did(km: "Km", frames: "Frames") -> None:
    (km.home / "config.toml").rename(km.home / "kept.toml")
    km.run("cat", stdin=b"x\n")
    (km.home / "kept.toml").rename(km.home / "config.toml")
    result = km.call("ship", "--once")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("4 records (")
    assert result.stdout.endswith(f"acknowledged by Kafka at {frames.kafka.bootstrap}, 1 runs complete\n")
    assert len(frames.read()) == 4


def test_ship_once_without_a_broker_keeps_the_spool_and_says_so(km: "Km", frames: "Frames") -> None:
    write_config(km.home, "127.0.0.1:9")
    km.run("cat", stdin=b"x\n")
    kill_shipper(km)
    result = km.call("ship", "--once")
    assert result.returncode == 1
    assert result.stderr.startswith("km: Kafka at 127.0.0.1:9: KafkaConnectionError; what is left stays in ")
    assert len(run_folders(km)) == 1


def test_a_topic_with_another_number_of_partitions_is_refused(km: "Km", frames: "Frames") -> None:
    import asyncio

    from aiokafka.admin import AIOKafkaAdminClient, NewTopic

    async def create() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=frames.kafka.bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(f"{frames.prefix}other.mcp.frames.v1", 3, 1)])
        await admin.close()

    asyncio.run(create())
    write_config(km.home, frames.kafka.bootstrap, f"{frames.prefix}other.")
    km.run("cat", stdin=b"x\n")
    kill_shipper(km)
    result = km.call("ship", "--once")
    assert result.returncode == 1
    assert "has 3 partitions, the contract says 4" in result.stderr
    assert len(run_folders(km)) == 1


def open_inodes(pid: int) -> Iterator[int]:
    """Of the files a process has open; one that it closes meanwhile is none."""
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield path.stat().st_ino


def test_the_shipper_is_detached_from_who_started_it(km: "Km", frames: "Frames") -> None:
    process = km.start("cat")
    deadline = time.monotonic() + DEADLINE
    lower = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    while (pid := km.shipper()) is None or os.getpriority(os.PRIO_PROCESS, pid) != lower:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert os.getsid(pid) not in {os.getsid(process.pid), os.getsid(0)}
    inherited = {os.fstat(each.fileno()).st_ino for each in (process.stdin, process.stdout, process.stderr) if each}
    opened = set(open_inodes(pid))
    assert opened
    assert not inherited & opened
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")


def test_a_second_shipper_leaves_the_first_alone(km: "Km", frames: "Frames") -> None:
    process = km.start("cat")
    echo_calls(process, range(1))
    deadline = time.monotonic() + DEADLINE
    while (first := km.shipper()) is None or not frames.read():
        assert time.monotonic() < deadline
    assert km.call("ship").returncode == 0
    assert km.shipper() == first


def test_shipping_once_beside_a_shipper_sees_it_done_and_publishes_nothing_twice(km: "Km", frames: "Frames") -> None:
    process = km.start("cat")
    echo_calls(process, range(500))
    assert process.stdin is not None
    process.stdin.close()
    together = [
        subprocess.Popen([KM, "ship", "--once", "--json"], stdout=subprocess.PIPE, env=km.environment) for _ in range(2)
    ]
    for each in together:
        assert each.stdout is not None
        with each.stdout:
            assert json.loads(each.stdout.read())["problems"] == []
        assert each.wait(DEADLINE) == 0
    wait_until_shipped(km)
    records = frames.read()
    assert len(records) == len(frames.without_repeats()) == 1002


def test_a_configuration_that_changes_is_followed(km: "Km", frames: "Frames") -> None:
    write_config(km.home, "127.0.0.1:9")
    km.run("cat", stdin=b"x\n")
    deadline = time.monotonic() + DEADLINE
    log = km.home / "shipper.log"
    while not log.exists() or "not shipping" not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    write_config(km.home, frames.kafka.bootstrap, frames.prefix)
    wait_until_shipped(km)
    assert values(frames.read(), "server_to_client") == [b"x\n"]


def test_ten_wrappers_share_one_shipper(km: "Km", frames: "Frames") -> None:
    processes = [km.start("cat") for _ in range(10)]
    for number, process in enumerate(processes):
        assert process.stdin is not None
        process.stdin.write(b"from %d\n" % number)
        process.stdin.close()
    for process in processes:
        assert process.wait(DEADLINE) == 0
    wait_until_shipped(km)
    records = frames.read()
    assert sorted(values(records, "server_to_client")) == sorted(b"from %d\n" % number for number in range(10))
    assert sum(record.headers.type == RUN_ENDED for record in records) == 10
    assert len(records) == len(frames.without_repeats())


def echo_calls(process: "subprocess.Popen[bytes]", numbers: range) -> None:
    """One call after the other, each awaited."""
    assert process.stdin is not None
    assert process.stdout is not None
    for number in numbers:
        process.stdin.write(b"call %d\n" % number)
        assert process.stdout.readline() == b"call %d\n" % number


def test_while_the_broker_is_away_traffic_flows_and_arrives_afterwards(km: "Km", frames: "Frames") -> None:
    process = km.start("cat")
    echo_calls(process, range(100))
    frames.kafka.kill()
    echo_calls(process, range(100, 2000))
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    assert process.stderr.read() is None
    frames.kafka.restart()
    echo_calls(process, range(2000, 2100))
    process.communicate()
    assert process.returncode == 0
    wait_until_shipped(km)
    records = frames.without_repeats()
    assert [record.headers.seq for record in records] == list(range(1, len(records) + 1))
    assert values(records, "client_to_server") == [b"call %d\n" % number for number in range(2100)]


def test_a_killed_shipper_resends_the_same_bytes_under_the_same_seqs(km: "Km", frames: "Frames") -> None:
    (km.home / "config.toml").rename(km.home / "kept.toml")
    sent = [b"%d %s\n" % (number, b"x" * (number % 3000)) for number in range(20_000)]
    code, received, _ = km.run("sh", "-c", "cat | cat", stdin=b"".join(sent))
    assert code == 0
    (km.home / "kept.toml").rename(km.home / "config.toml")
    (run,) = run_folders(km)
    for _ in range(5):
        acknowledged = load_cursor(run).next_seq
        shipper = subprocess.Popen([KM, "ship"], env=km.environment)
        deadline = time.monotonic() + DEADLINE
        while load_cursor(run).next_seq == acknowledged:
            assert time.monotonic() < deadline
        shipper.kill()
        shipper.wait()
        assert 1 < load_cursor(run).next_seq < 2 * len(sent)
    assert km.call("ship", "--once").returncode == 0
    assert not run_folders(km)
    records = frames.without_repeats()
    assert [record.headers.seq for record in records] == list(range(1, len(records) + 1))
    assert values(records, "client_to_server") == sent
    assert b"".join(values(records, "server_to_client")) == received == b"".join(sent)


@pytest.mark.parametrize("after_frames", [1000, 20_000])
def test_a_killed_wrapper_loses_no_forwarded_frame(km: "Km", frames: "Frames", after_frames: int) -> None:
    seen_by_server = km.folder / "server.log"
    server = km.python(f"""
import os
log = os.open({str(seen_by_server)!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
while chunk := os.read(0, 65536):
    os.write(log, chunk)
    os.write(1, chunk)
""")
    process = km.start(*server)
    assert process.stdin is not None
    assert process.stdout is not None
    received = bytearray()

    def read_and_kill() -> None:
        stdout, frames_seen = process.stdout.fileno(), 0  # type: ignore[union-attr]
        while chunk := os.read(stdout, 65536):
            received.extend(chunk)
            frames_seen += chunk.count(b"\n")
            if frames_seen >= after_frames:
                process.kill()

    reader = threading.Thread(target=read_and_kill)
    reader.start()
    with contextlib.suppress(BrokenPipeError):
        for number in itertools.count():
            process.stdin.write(b"call %d\n" % number)
    reader.join(DEADLINE)
    process.wait(DEADLINE)
    wait_until_shipped(km)

    records = frames.without_repeats()
    assert [record.headers.seq for record in records] == list(range(1, len(records) + 1))
    ended = decode(records[-1].value, RunEnded)
    assert (records[-1].headers.type, ended.reason) == (RUN_ENDED, "wrapper vanished")
    assert {record.headers.type for record in records[1:-1]} == {FRAME}
    assert received.count(b"\n") >= after_frames
    recorded_in, recorded_out = (b"".join(values(records, d)) for d in ("client_to_server", "server_to_client"))
    assert recorded_in.startswith(seen_by_server.read_bytes())
    assert recorded_out.startswith(received)
    assert recorded_in.startswith(recorded_out)


def test_a_broker_killed_and_back_amid_20_000_frames_loses_none(km: "Km", frames: "Frames") -> None:
    process = km.start("cat")
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout, received = process.stdin, process.stdout, bytearray()
    total = 20_000

    def write() -> None:
        for number in range(total):
            stdin.write(b"call %d\n" % number)
        stdin.close()

    writer = threading.Thread(target=write)
    writer.start()
    was_killed = False
    while chunk := os.read(stdout.fileno(), 65536):
        received += chunk
        if not was_killed and received.count(b"\n") > 5000 and frames.kafka.is_ready():
            frames.kafka.kill()
            was_killed = True
    writer.join(DEADLINE)
    assert process.wait(DEADLINE) == 0
    assert was_killed
    frames.kafka.restart()
    wait_until_shipped(km)
    records = frames.without_repeats()
    sent = [b"call %d\n" % number for number in range(total)]
    assert received == b"".join(sent)
    assert [record.headers.seq for record in records] == list(range(1, len(records) + 1))
    assert values(records, "client_to_server") == values(records, "server_to_client") == sent


def test_a_wall_clock_that_is_set_back_between_runs_changes_no_record(km: "Km", frames: "Frames") -> None:
    """A run's folder is named by the wall clock, and so comes before that of an older run."""
    (km.home / "config.toml").rename(km.home / "kept.toml")
    km.run("cat", stdin=b"first\n")
    (run,) = run_folders(km)
    run.rename(run.with_name("ffffffff" + run.name[8:]))  # as if it had been a later time then
    km.run("cat", stdin=b"second\n")
    (km.home / "kept.toml").rename(km.home / "config.toml")
    assert km.call("ship", "--once").returncode == 0
    records = frames.read()
    assert sorted(values(records, "client_to_server")) == [b"first\n", b"second\n"]
    for run_id in {record.headers.run_id for record in records}:
        seqs = [record.headers.seq for record in records if record.headers.run_id == run_id]
        assert seqs == [1, 2, 3, 4]


def test_the_shipper_writes_no_core_dumps(km: "Km", frames: "Frames") -> None:
    process = km.start("cat")
    deadline = time.monotonic() + DEADLINE
    while (pid := km.shipper()) is None or not core_limit(pid).startswith("1 "):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert process.poll() is None


def core_limit(pid: int) -> str:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return next(line.split("size")[1].strip() for line in lines if line.startswith("Max core file size"))


def test_while_nobody_answers_the_shipper_hardly_works(km: "Km", frames: "Frames") -> None:
    """A bound a busy loop would break at once; the figure itself is `make bench-proxy`'s."""
    write_config(km.home, "127.0.0.1:9")
    km.run("sh", "-c", "cat > /dev/null", stdin=b"0123456789abcde\n" * 500_000)
    deadline = time.monotonic() + DEADLINE
    log = km.home / "shipper.log"
    while not log.exists() or "not shipping" not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    pid = km.shipper()
    assert pid is not None
    before, start = cpu_seconds(pid), time.monotonic()
    time.sleep(6)
    assert (cpu_seconds(pid) - before) / (time.monotonic() - start) < 0.1


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
