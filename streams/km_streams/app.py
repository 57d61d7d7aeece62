"""The Faust app of one worker: a channel, the agent that computes batches, the service that feeds them."""

import asyncio
from collections.abc import AsyncIterable, Callable
from typing import Any, cast

import faust
import mode
from faust.app.base import BootStrategy
from faust.types import ChannelT
from mode.types import ServiceT

from km_schemas.topics import load_topics
from km_streams.engine.batch import Batch
from km_streams.engine.database import Database
from km_streams.engine.health import HealthServer
from km_streams.engine.log_offsets import LogOffsets
from km_streams.engine.metrics import Metrics
from km_streams.engine.outputs import Outputs
from km_streams.engine.ownership import Ownership
from km_streams.engine.patience import Patience
from km_streams.engine.reader import PartitionReader
from km_streams.engine.source import BatchSource
from km_streams.engine.stage import Equipment, Stage
from km_streams.engine.watchdog import Watchdog
from km_streams.settings import Settings

StageMaker = Callable[[Equipment], Stage[Any]]
"""Makes a stage of the adapters it is given. What batches become is the stage's own affair, hence Any."""


class _WithoutFaustsKafka(BootStrategy):
    """Faust's own consumer acknowledges batches whose handler raised, and commits past gaps: it stays off."""

    enable_kafka = False
    enable_web = False


class _App(faust.App):
    BootStrategy = _WithoutFaustsKafka

    def _create_directories(self) -> None:
        """Of Faust's folders none is made: nothing is kept on this machine."""


def create_app(settings: Settings, stage_name: str, make_stage: StageMaker) -> faust.App:
    """An app that runs one stage, made by `make_stage`, until it is stopped."""
    app = _App(
        f"km-{stage_name}-g{settings.generation}",
        broker="kafka://127.0.0.1:1",  # never connected to
        web_enabled=False,
        topic_disable_leader=True,
    )
    equipment = _equipment(settings, stage_name)
    stage = make_stage(equipment)
    batches = app.channel(value_type=None, maxsize=1)
    _add_agent(app, batches, stage)
    _add_services(app, _source(app, batches, stage, equipment), equipment)
    return app


def _add_agent(app: faust.App, batches: ChannelT[Batch[Any]], stage: Stage[Any]) -> None:
    @app.agent(batches, name=f"{stage.name}-compute")
    async def compute(stream: AsyncIterable[Batch[Any]]) -> None:
        async for batch in stream:
            try:
                batch.computed.set_result(await stage.compute(batch))
            except asyncio.CancelledError:
                batch.computed.cancel()
                raise
            except Exception as error:  # noqa: BLE001 - one that escapes an agent silently drops the batch
                batch.computed.set_exception(error)


def _add_services(app: faust.App, source: BatchSource[Any], equipment: Equipment) -> None:
    def why_not_ready() -> str:
        if equipment.patience.away:
            return f"waiting for {' and '.join(sorted(equipment.patience.away))}"
        return "" if source.ready else "waiting for partitions"

    settings = equipment.settings
    health = HealthServer(settings.host, settings.metrics_port, equipment.metrics.registry, why_not_ready)
    app.service(_made(health))
    app.service(_made(source))


def _made(service: mode.Service) -> type[ServiceT]:
    """Faust takes a service that was made already as well as a class, but does not say so in its types."""
    return cast("type[ServiceT]", service)


def _equipment(settings: Settings, stage_name: str) -> Equipment:
    names = {
        name: each.physical_name(settings.topic_prefix, settings.generation) for name, each in load_topics().items()
    }
    watchdog = Watchdog(settings.watchdog_seconds)
    metrics = Metrics(stage_name)
    patience = Patience(watchdog, metrics)
    database = Database(settings.postgres, f"km-{stage_name}", settings.transaction_seconds)
    return Equipment(
        settings=settings,
        names=names,
        watchdog=watchdog,
        database=database,
        ownership=Ownership(database, stage_name, settings.generation),
        outputs=Outputs(settings.bootstrap, names, patience),
        patience=patience,
        metrics=metrics,
    )


def _source(app: faust.App, batches: ChannelT[Batch[Any]], stage: Stage[Any], equipment: Equipment) -> BatchSource[Any]:
    settings, names = equipment.settings, equipment.names
    group = f"{settings.topic_prefix}km-{stage.name}-g{settings.generation}"
    return BatchSource(
        stage=stage,
        enqueue=lambda batch: batches.send(value=batch),
        resume=app.flow_control.resume,
        reader=PartitionReader(
            settings.bootstrap, group, {name: names[name] for name in stage.sources}, settings.session_seconds
        ),
        log_offsets=LogOffsets(settings.bootstrap, names),
        equipment=equipment,
    )
