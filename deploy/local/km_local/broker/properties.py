"""What the one broker is told: server properties and Java's own options."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from km_local.ports import HOST

MAX_MESSAGE_BYTES = 20 * 1024 * 1024

# A whole broker in 150 MB instead of 320: the cleaner's buffer alone is 128 MB by default.
LEAN: Mapping[str, object] = {
    "log.cleaner.dedupe.buffer.size": 4_194_304,
    "log.cleaner.io.buffer.size": 65_536,
    "num.network.threads": 2,
    "num.io.threads": 4,
    "background.threads": 2,
    "num.recovery.threads.per.data.dir": 2,
    # A killed broker serves again only after its old registration expired.
    "broker.heartbeat.interval.ms": 500,
    "broker.session.timeout.ms": 3_000,
}

ONE_NODE: Mapping[str, object] = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "CLIENT",
    "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1_000,
    "auto.create.topics.enable": "false",
    "message.max.bytes": MAX_MESSAGE_BYTES,
}

LOG4J = """\
log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %c %m%n
"""

JAVA_OPTIONS = ("-Xms32m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")


@dataclass(frozen=True, slots=True)
class BrokerPlace:
    """Where a broker keeps its files and which two loopback ports it listens on."""

    folder: Path
    port: int
    controller_port: int

    @property
    def bootstrap(self) -> str:
        """What clients connect to, host:port."""
        return f"{HOST}:{self.port}"

    @property
    def properties_file(self) -> Path:
        """The file of server properties."""
        return self.folder / "server.properties"

    @property
    def log4j_file(self) -> Path:
        """The file of logging properties."""
        return self.folder / "log4j.properties"

    @property
    def data(self) -> Path:
        """The folder of topics and of the cluster's metadata."""
        return self.folder / "data"


def server_properties(place: BrokerPlace) -> str:
    """The text of `server.properties`."""
    own = {
        "listeners": f"CLIENT://{HOST}:{place.port},CONTROLLER://{HOST}:{place.controller_port}",
        "advertised.listeners": f"CLIENT://{HOST}:{place.port}",
        "controller.quorum.voters": f"1@{HOST}:{place.controller_port}",
        "log.dirs": place.data,
    }
    return "".join(f"{key}={value}\n" for key, value in (own | dict(ONE_NODE) | dict(LEAN)).items())
