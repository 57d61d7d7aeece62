"""The service on a loopback port, in a thread of this process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from km_services.query.server import Server
from km_services.query.settings import Settings

STOP_SECONDS = 20.0


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of the service, for the time of the block."""
    listening = socket.create_server((settings.host, 0), backlog=64)
    server = Server(settings)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        # Connections wait in the socket's queue until the app has started.
        yield f"http://{settings.host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)
        if thread.is_alive():
            raise AssertionError(f"the service did not stop within {STOP_SECONDS} s")
