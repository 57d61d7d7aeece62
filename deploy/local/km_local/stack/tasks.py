"""Every task of the stack: what must be made, what must run, and what each needs first."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from km_local.broker import kafka
from km_local.broker.cache import distribution_in, ensure_aot_cache, ensure_jars
from km_local.broker.kafka import Distribution
from km_local.broker.probe import is_serving
from km_local.broker.properties import BrokerPlace
from km_local.database import postgres
from km_local.database.postgres import DatabasePlace
from km_local.database.programs import ensure_home
from km_local.ports import HOST
from km_local.processes.child import Command, environment
from km_local.processes.tasks import Service, Step, Task
from km_local.provision.provision import provision
from km_local.provision.secrets import ensure_secret
from km_local.provision.settings import PostgresAddress, Settings
from km_local.stack.dashboard import ensure_pages
from km_local.stack.folders import Folders
from km_local.stack.http_probe import answers_ok
from km_local.stack.ports import Ports

DATABASE = "kilometers"
STAGES = ("sanitize", "score", "projector")


@dataclass(frozen=True, slots=True)
class StackPlan:
    """One checkout's stack: where its files are, which ports it has, what runs in it."""

    folders: Folders
    ports: Ports

    @property
    def bootstrap(self) -> str:
        """The broker, host:port."""
        return self.broker.bootstrap

    @property
    def address(self) -> str:
        """Of the dashboard and the API."""
        return f"http://{HOST}:{self.ports['query']}"

    @property
    def broker(self) -> BrokerPlace:
        """Kafka's place."""
        return BrokerPlace(self.folders.kafka, self.ports["kafka"], self.ports["kafka-controller"])

    @property
    def distribution(self) -> Distribution:
        """Kafka's program files, once they are fetched."""
        return distribution_in(self.folders.cache)

    @property
    def provisioning(self) -> Settings:
        """What provisioning makes ready."""
        return Settings(
            bootstrap=self.bootstrap,
            topic_prefix="",
            generation=1,
            replicas=1,
            postgres=PostgresAddress(HOST, self.ports["postgres"], DATABASE),
            superuser=postgres.SUPERUSER,
            superuser_password_file=self.folders.secrets / postgres.SUPERUSER,
            role_passwords=self.folders.secrets,
        )

    def process_environment(self, role: str) -> dict[str, str]:
        """The `KM_*` variables of a process of ours that logs in as `role`."""
        return {
            "KM_KAFKA_BOOTSTRAP": self.bootstrap,
            "KM_POSTGRES_HOST": HOST,
            "KM_POSTGRES_PORT": str(self.ports["postgres"]),
            "KM_POSTGRES_DATABASE": DATABASE,
            "KM_POSTGRES_USER": role,
            "KM_POSTGRES_PASSWORD_FILE": str(self.folders.secrets / role),
        }


def stack_tasks(plan: StackPlan) -> tuple[Task, ...]:
    """The whole stack without any traffic."""
    return (*_kafka(plan), *_postgres(plan), *_workers(plan), *_query(plan))


def _kafka(plan: StackPlan) -> tuple[Task, ...]:
    log = plan.folders.log("kafka")

    return (
        Step("kafka jars", lambda: ensure_jars(plan.distribution)),
        Step("kafka startup cache", lambda: ensure_aot_cache(plan.distribution), needs=("kafka jars",)),
        Step(
            "kafka storage",
            lambda: kafka.prepare(plan.distribution, plan.broker, log),
            needs=("kafka startup cache",),
        ),
        Service(
            name="kafka",
            command=lambda: kafka.serve(plan.distribution, plan.broker, log),
            ready=lambda: is_serving(HOST, plan.broker.port),
            needs=("kafka storage",),
        ),
    )


def _postgres(plan: StackPlan) -> tuple[Task, ...]:
    log = plan.folders.log("postgres")

    def place() -> DatabasePlace:
        home = ensure_home(plan.folders.checkout, plan.folders.state)
        return DatabasePlace(home, home.folder / "data", plan.ports["postgres"])

    def make_data() -> None:
        postgres.prepare(place(), ensure_secret(plan.folders.secrets / postgres.SUPERUSER), log)

    return (
        Step("postgres files", make_data),
        Service(
            name="postgres",
            command=lambda: postgres.serve(place(), log),
            ready=lambda: postgres.is_accepting(place()),
            needs=("postgres files",),
        ),
        Step("topics and tables", lambda: asyncio.run(provision(plan.provisioning)), needs=("kafka", "postgres")),
    )


def _workers(plan: StackPlan) -> tuple[Task, ...]:
    return tuple(_worker(plan, stage) for stage in STAGES)


def _worker(plan: StackPlan, stage: str) -> Service:
    port = plan.ports[stage]
    own = {"KM_METRICS_PORT": str(port)}
    if stage == "sanitize":  # nobody else may read the keys
        own["KM_KEYRING"] = str(plan.folders.keyring)
    settings = plan.process_environment(f"km_{stage}") | own
    return Service(
        name=stage,
        command=lambda: _ours(plan, stage, settings, "km-streams", "worker", stage),
        ready=lambda: answers_ok(port),
        needs=("topics and tables",),
    )


def _query(plan: StackPlan) -> tuple[Task, ...]:
    dashboard = plan.folders.dashboard
    settings = plan.process_environment("km_query") | {
        "KM_HOST": HOST,
        "KM_PORT": str(plan.ports["query"]),
        "KM_TOKEN_FILE": str(plan.folders.token),
        "KM_DASHBOARD_DIR": str(dashboard / "dist"),
    }
    stamp = plan.folders.cache / "dashboard.stamp"

    def build() -> None:
        ensure_pages(dashboard, stamp, plan.folders.log("dashboard"))

    def make_token() -> None:
        ensure_secret(plan.folders.token)

    return (
        Step("dashboard", build),
        Step("token", make_token),
        Service(
            name="query",
            command=lambda: _ours(plan, "query", settings, "km-query"),
            ready=lambda: answers_ok(plan.ports["query"]),
            needs=("topics and tables", "dashboard", "token"),
        ),
    )


def _ours(plan: StackPlan, name: str, settings: dict[str, str], program: str, *arguments: str) -> Command:
    """A command of ours, from the environment that runs us."""
    passed_on = {key: os.environ[key] for key in ("KM_LOG_LEVEL",) if key in os.environ}
    return Command(
        name=name,
        argv=(str(Path(sys.executable).parent / program), *arguments),
        log=plan.folders.log(name),
        env=environment(settings | passed_on),
        cwd=plan.folders.state,
    )
