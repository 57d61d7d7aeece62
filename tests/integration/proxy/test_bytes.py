"""Both directions byte for byte, and the same bytes in the spool."""

import hashlib
import os
from typing import TYPE_CHECKING

from km_schemas.headers import FRAME, STDERR

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Km

ODD = [
    b"plain\n",
    b"\xff\xfe not UTF-8 \xc3\n",
    b"CR and LF\r\n",
    b"NUL \x00 inside\n",
    b"\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b'{"jsonrpc":"2.0","id":1}',
]


def recorded(km: "Km", direction: str) -> list[bytes]:
    return [record.value for record in km.spooled() if record.headers.direction == direction]


def test_whatever_bytes_pass_unchanged_and_are_recorded(km: "Km") -> None:
    sent = b"".join(ODD)
    assert km.run("cat", stdin=sent) == (0, sent, b"")
    assert b"".join(recorded(km, "client_to_server")) == sent
    assert b"".join(recorded(km, "server_to_client")) == sent


def test_each_frame_keeps_its_newline_and_the_last_may_lack_one(km: "Km") -> None:
    km.run("cat", stdin=b"a\r\n\nb")
    assert recorded(km, "client_to_server") == [b"a\r\n", b"\n", b"b"]


def test_a_frame_of_17_megabytes_passes_whole_and_is_recorded_in_two_parts(km: "Km") -> None:
    frame = b"{" + os.urandom(17_000_000).replace(b"\n", b"x") + b"}\n"
    code, out, err = km.run("cat", stdin=frame)
    assert (code, len(out), err) == (0, len(frame), b"")
    assert hashlib.sha256(out).digest() == hashlib.sha256(frame).digest()
    parts = [record for record in km.spooled() if record.headers.direction == "client_to_server"]
    assert [(part.headers.part, part.headers.partial) for part in parts] == [(1, True), (2, False)]
    assert len(parts[0].value) == 16 * 1024 * 1024
    assert hashlib.sha256(b"".join(part.value for part in parts)).digest() == hashlib.sha256(frame).digest()


def test_a_request_has_a_lower_seq_than_its_answer(km: "Km") -> None:
    process = km.start("cat")
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(300):
        process.stdin.write(b"%d\n" % number)
        assert process.stdout.readline() == b"%d\n" % number
    process.stdin.close()
    process.wait()
    seqs: dict[bytes, list[int]] = {}
    for record in km.spooled():
        if record.headers.type == FRAME:
            seqs.setdefault(record.value, []).append(record.headers.seq)
    assert len(seqs) == 300
    assert all(request < answer for request, answer in seqs.values())


def test_stderr_is_passed_through_and_recorded_by_line(km: "Km") -> None:
    code, out, err = km.run("sh", "-c", "echo one >&2; printf two >&2")
    assert (code, out, err) == (0, b"", b"one\ntwo")
    assert [record.value for record in km.spooled() if record.headers.type == STDERR] == [b"one\n", b"two"]


def test_of_a_flood_on_stderr_the_beginning_and_the_end_are_recorded(km: "Km") -> None:
    """10 MB."""
    flood = b"".join(b"line %06d\n" % number for number in range(875_000))
    server = km.python("""
import os
for first in range(0, 875_000, 100):
    os.write(2, b"".join(b"line %06d\\n" % number for number in range(first, first + 100)))
""")
    code, _, err = km.run(*server)
    assert (code, len(err), err == flood) == (0, 10_500_000, True)
    records = [record for record in km.spooled() if record.headers.type == STDERR]
    *lines, tail = [record.value for record in records]
    assert b"".join(lines) == err[: 64 * 1024]
    assert lines[0] == b"line 000000\n"
    assert tail == err[-64 * 1024 :]
    ended = km.spooled()[-1].value
    assert b'"stderr_bytes":10500000' in ended
    assert b'"stderr_bytes_unrecorded":%d' % (10_500_000 - 128 * 1024) in ended


def test_a_server_that_never_reads_does_not_stop_what_it_says(km: "Km") -> None:
    process = km.start(*km.python("import os, time\nfor i in range(1000): os.write(1, b'tick\\n')\ntime.sleep(600)"))
    assert process.stdin is not None
    assert process.stdout is not None
    os.set_blocking(process.stdin.fileno(), False)
    while process.stdin.write(b"x" * 65536) is not None:
        pass  # until no pipe on the way takes more
    for _ in range(1000):
        assert process.stdout.readline() == b"tick\n"
