"""What `score` remembers of an installation. Explicit; times are microseconds since the epoch."""

import msgspec

from km_schemas.words import Direction, Era


class Call(msgspec.Struct, kw_only=True, array_like=True):
    """A call that has no final answer yet."""

    opened_seq: int
    item: int
    direction: Direction
    rpc_id: str
    method: str
    target: str | None
    opened_us: int
    request_bytes: int
    response_bytes: int = 0
    score: int = 0
    findings: int = 0
    cost_nanodollars: int = 0
    waited_us: int = 0
    waiting_since_us: int | None = None
    """When an `input_required` result came, while the client's retry is awaited."""
    progress_token: str | None = None
    """Of `_meta`, as JSON text."""
    progress: int = 0
    """Notifications of progress so far."""
    task_id: str | None = None
    """Of the task that the call became."""
    traceparent: str | None = None
    """Of `_meta` (W3C Trace Context)."""


class Facts(msgspec.Struct, kw_only=True, array_like=True):
    """What is known of a run's two sides."""

    server_info_name: str | None = None
    server_info_version: str | None = None
    client_name: str | None = None
    client_version: str | None = None
    protocol_version: str | None = None
    era: Era | None = None


class Repeat(msgspec.Struct, kw_only=True, array_like=True):
    """One call that comes again and again."""

    count: int
    last_us: int


class Window(msgspec.Struct, kw_only=True, array_like=True):
    """A minute of event time."""

    minute: int = 0
    count: int = 0
    digests: set[str] = set()


class Baseline(msgspec.Struct, kw_only=True, array_like=True):
    """What is usual of a number: exponentially weighted mean and variance."""

    count: int = 0
    mean: float = 0.0
    variance: float = 0.0


class Tool(msgspec.Struct, kw_only=True, array_like=True):
    """A tool as its server defined it last, and how it behaved."""

    last_us: int
    digest: str = ""
    """Of the definition as it came."""
    fields: dict[str, str] = {}
    """Digest of each member's canonical JSON (RFC 8785), by the member's name."""
    description_length: int = 0
    parameters: dict[str, str] = {}
    """JSON types of the parameters, `string|null`; empty for any."""
    required: list[str] = []
    closed: bool = False
    """Whether `additionalProperties` is false."""
    read_only: bool | None = None
    destructive: bool | None = None
    alarm: int = 0
    """The risk score of the definition by itself."""
    weight: int = 0
    """Of all of this, with its name (`weights.py`)."""


class Habit(msgspec.Struct, kw_only=True, array_like=True):
    """How a tool has behaved."""

    last_us: int = 0
    sizes: Baseline = msgspec.field(default_factory=Baseline)
    """Of the logarithm to base 2 of the bytes of its results."""
    injections: int = 0
    """How many results gave orders."""


class ServerState(msgspec.Struct, kw_only=True, array_like=True):
    """One server of an installation, over its runs."""

    last_us: int = 0
    version: str | None = None
    """The server's own, when its tools were listed last."""
    protocol_version: str | None = None
    """The newest that it has spoken."""
    listed: bool = False
    """Whether a list of its tools was seen to its end."""
    tools: dict[str, Tool] = {}
    habits: dict[str, Habit] = {}
    """By tool."""
    listing: str = ""
    """Digest of the tools that were listed last."""
    clients: list[str] = []
    """Names of the clients that started it."""
    rate: Baseline = msgspec.field(default_factory=Baseline)
    """Of requests a minute, in minutes with any."""
    weight: int = 0
    """Of its tools (`weights.py`)."""


class Sighting(msgspec.Struct, kw_only=True, array_like=True):
    """Where a secret was seen first."""

    server: str
    run_id: str
    seq: int
    last_us: int
    in_result: bool


class Read(msgspec.Struct, kw_only=True, array_like=True):
    """Something sensitive that was read."""

    run_id: str
    seq: int
    at_us: int
    server: str
    what: str
    is_table: bool = False
    shingles: list[int] = []
    """Of the result, the smallest hashes of its pieces."""


class Demand(msgspec.Struct, kw_only=True, array_like=True):
    """A call that a server's text told its reader to make."""

    run_id: str
    seq: int
    at_us: int
    server: str
    tool: str
    plain_tool: str
    """Its letters and digits."""
    literals: list[str]
    score: int
    """Of the frame that demanded it."""


class AlertGroup(msgspec.Struct, kw_only=True, array_like=True):
    """Alerts of one kind that belong together."""

    alert_id: str
    first_us: int
    """When it was raised."""


class Memory(msgspec.Struct, kw_only=True, array_like=True):
    """What is remembered of an installation across its servers."""

    secrets: dict[str, Sighting] = {}
    """By the digest of the token."""
    destinations: dict[str, int] = {}
    """When something was sent there last, by the digest of its name."""
    reads: list[Read] = []
    demands: list[Demand] = []
    traits: dict[str, int] = {}
    """When private data was read, untrusted text came, something went out, all three stood together: the last time."""
    alerts: dict[str, AlertGroup] = {}
    """Open groups of alerts, by the digest of rule and group."""


class RunState(msgspec.Struct, kw_only=True, array_like=True):
    """One run."""

    server: str = ""
    last_us: int = 0
    """The latest `occurred_at` seen, clamped to its `received_at`: a clock that is ahead keeps no run alive."""
    ended_us: int | None = None
    next_seq: int = 1
    missing: list[tuple[int, int]] = []
    """Ranges [first, end) below `next_seq` that have not come, ascending."""
    facts: Facts = msgspec.field(default_factory=Facts)
    open: dict[str, list[Call]] = {}
    """In flight, by direction and id; an id that is used again in flight has several, oldest first."""
    waiting: dict[str, Call] = {}
    """Answered with `input_required`, by what the client's retry will carry."""
    weight: int = 0
    """Of the calls in `open`, `waiting` and `tasks` (`weights.py`)."""
    counted_weight: int = 0
    """Of all of the run, as counted in the installation's `runs_weight`."""
    texts_weight: int = 0
    """Of its names and versions."""
    tasks: dict[str, Call] = {}
    """Calls that became tasks, by direction and task id."""
    whole: bool = False
    """Whether all of the run was seen and could be read: only then an answer to nothing means something."""
    asked: bool = False
    """Whether any request was seen."""
    answered: list[str] = []
    """Digests of the keys of calls that were answered lately, oldest first."""
    cancelled: list[str] = []
    """Digests of the keys of calls that were cancelled lately: their late answers are no orphans."""
    repeats: dict[str, Repeat] = {}
    """How often equal calls came, by the digest of tool and arguments."""
    errors: list[int] = []
    """When calls failed lately."""
    refusals: list[int] = []
    """When calls were refused for want of rights lately."""
    probes: list[str] = []
    """Digests of methods and tools that the server does not know, as asked for."""
    objects: Window = msgspec.field(default_factory=Window)
    """What was asked for in the present minute."""
    calls: Window = msgspec.field(default_factory=Window)
    """Requests in the present minute."""
    listing: str = ""
    """Digest of the tools that were listed last in this run."""
    relisted: int = 0
    """How often they had changed."""
    greeted: bool = False
    """Whether `initialize` or `server/discover` was answered."""


class InstallationState(msgspec.Struct, kw_only=True, array_like=True):
    """All runs of one installation that are in progress or ended lately, and what their servers were before."""

    runs: dict[str, RunState] = {}
    servers: dict[str, ServerState] = {}
    """By server name."""
    runs_weight: int = 0
    """Of all runs (`bounds.py`)."""
    memory: Memory = msgspec.field(default_factory=Memory)
