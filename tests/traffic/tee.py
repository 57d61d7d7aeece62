"""`tee.py LOG SERVER -- command…`: runs an MCP server and notes every line that passes, before it is passed on.

Standard library only: it stands between the official client and a server of another environment.
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO


def main() -> int:
    """The server's exit code."""
    log, server, _, *command = sys.argv[1:]
    with (
        Path(log).open("ab", buffering=0) as notes,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
    ):
        assert process.stdin
        assert process.stdout
        lock = threading.Lock()
        to_server = (sys.stdin.buffer, process.stdin, "client_to_server", server, notes, lock)
        threading.Thread(target=_pass_on, args=to_server, daemon=True).start()
        _pass_on(process.stdout, sys.stdout.buffer, "server_to_client", server, notes, lock)
        return process.wait()


def _pass_on(
    source: IO[bytes], target: IO[bytes], direction: str, server: str, notes: IO[bytes], lock: threading.Lock
) -> None:
    try:
        for line in iter(source.readline, b""):
            frame = line.decode("utf-8", "replace").removesuffix("\n")
            note = {"server": server, "direction": direction, "at_us": time.time_ns() // 1000, "frame": frame}
            with lock:
                notes.write(json.dumps(note).encode() + b"\n")
            target.write(line)
            target.flush()
        target.close()
    except BrokenPipeError:
        pass  # the other side has gone; its end of the pipe tells the rest


if __name__ == "__main__":
    sys.exit(main())
