"""Count bytes independently of `km`: `tap.py PATH -- command…` runs the command and records both directions.

What passes is appended to `PATH.client_to_server` and `PATH.server_to_client` before it is handed on. Standard
library only: the demo runs it with the MCP environment's Python, before and behind `km`.
"""

import os
import subprocess
import sys
import threading

CHUNK = 65_536


def copy(source: int, target: int, record: int) -> None:
    """Copy until the source ends or the target is gone; then close the target, so that the end is handed on too."""
    try:
        while chunk := os.read(source, CHUNK):
            write_all(record, chunk)
            write_all(target, chunk)
    except BrokenPipeError:
        pass  # nobody reads on; what was recorded is what was handed over or tried to
    finally:
        os.close(target)


def write_all(descriptor: int, chunk: bytes) -> None:
    """Write every byte."""
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def record_file(path: str) -> int:
    """A private file to append to."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def main(path: str, command: list[str]) -> int:
    """Run the command between two records; returns its exit status as a shell would."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - asked for above
    inward = (0, os.dup(process.stdin.fileno()), record_file(f"{path}.client_to_server"))
    outward = (os.dup(process.stdout.fileno()), os.dup(1), record_file(f"{path}.server_to_client"))
    process.stdin.close()
    process.stdout.close()
    os.close(1)
    # The way in may wait for a client that never closes; it must not keep an ended server's tap alive.
    threading.Thread(target=copy, args=inward, daemon=True).start()
    back = threading.Thread(target=copy, args=outward)
    back.start()
    status = process.wait()
    back.join()
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    os._exit(main(sys.argv[1], sys.argv[3:]))
