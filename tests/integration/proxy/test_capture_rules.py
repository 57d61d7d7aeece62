"""The environment's capture rules, from the wrapper to the topic: stubs keep seq, direction and size."""

from typing import TYPE_CHECKING

from km_schemas.headers import FRAME

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Frames, Km

FRAMES = [
    b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n',
    b'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}\n',
    b'{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"' + b"x" * 200 + b'"}}\n',
]
SERVER = """
import os, sys
for line in sys.stdin.buffer:
    os.write(1, line.partition(b',"method"')[0] + b',"result":{}}\\n')
"""


def test_what_is_left_out_is_a_stub_with_its_size_and_never_leaves_the_machine(km: "Km", frames: "Frames") -> None:
    km.environment |= {"KM_EXCLUDE_PING": "true", "KM_PAYLOAD_SIZE_LIMIT": "200"}
    code, out, _ = km.run(*km.python(SERVER), stdin=b"".join(FRAMES))
    assert (code, out.count(b"\n")) == (0, 3)
    km.call("ship", "--once")
    records = [record for record in frames.without_repeats() if record.headers.type == FRAME]
    assert sorted(record.headers.seq for record in records) == list(range(2, 8))
    requests = [record for record in records if record.headers.direction == "client_to_server"]
    assert [(each.headers.filtered, each.headers.size, each.value) for each in requests] == [
        ("ping", len(FRAMES[0]), b""), (None, None, FRAMES[1]), ("size", len(FRAMES[2]), b""),
    ]  # fmt: skip
    answers = [record for record in records if record.headers.direction == "server_to_client"]
    assert [each.headers.filtered for each in answers] == ["ping", None, "size"]


def test_a_rule_that_is_not_understood_is_said_and_everything_recorded(km: "Km", frames: "Frames") -> None:
    km.environment["KM_PAYLOAD_SIZE_LIMIT"] = "10kb"
    km.run("cat", stdin=FRAMES[0])
    assert [record.value for record in km.spooled() if record.headers.type == FRAME] == [FRAMES[0]] * 2


def test_monitor_is_another_way_to_say_it(km: "Km") -> None:
    result = km.call("monitor", "--server", "mine", "echo", "--", "hello")
    assert (result.returncode, result.stdout, result.stderr) == (0, "-- hello\n", "")
    assert b'"server":"mine"' in km.spooled()[0].value
    assert km.call("monitor", "--help").returncode == 0
