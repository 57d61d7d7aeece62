"""What the recorder says of a run itself, on `mcp.frames` between the frames and with a seq like them."""

from msgspec import Struct


class ProcessInfo(Struct, frozen=True, kw_only=True):
    """One process of the chain above `km`, nearest first: which client launched the server."""

    pid: int
    executable: str


class RunStarted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Seq 1 of every run. Raw: argv and cwd may hold secrets until the sanitizer has seen them."""

    argv: list[str]
    cwd: str
    server: str
    km_version: str
    os: str
    host: str
    user: str
    parents: list[ProcessInfo] = []
    environment_names: list[str] = []
    """Names only, never values."""


class RunEnded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last seq of every run. `reason` is `wrapper vanished` where `km` itself was killed."""

    reason: str
    """`exited`, `signalled` or `wrapper vanished`."""
    exit_code: int | None = None
    signal: int | None = None
    duration_us: int | None = None
    client_to_server_bytes: int = 0
    client_to_server_frames: int = 0
    server_to_client_bytes: int = 0
    server_to_client_frames: int = 0
    stderr_bytes: int = 0
    stderr_bytes_unrecorded: int = 0
    """stderr between its recorded first lines and its recorded tail."""


class CaptureLost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Bytes that were forwarded and could not be recorded."""

    reason: str
    lost_bytes: int
    lost_chunks: int
