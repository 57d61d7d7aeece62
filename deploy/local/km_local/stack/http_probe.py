"""Ask one of our processes over HTTP whether it is ready."""

import http.client

from km_local.ports import HOST


def answers_ok(port: int, path: str = "/ready", seconds: float = 2.0) -> bool:
    """Whether GET `path` on the loopback port answers 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
