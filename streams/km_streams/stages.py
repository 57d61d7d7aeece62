"""The stages a worker can run, by name. Each is imported only where it runs: rules and their engines cost time."""

from collections.abc import Callable, Mapping
from typing import Final

from km_streams.app import StageMaker
from km_streams.engine.topic_stage import TopicStage
from km_streams.settings import SettingsError

Environment = Mapping[str, str]


def _sanitize(environment: Environment) -> StageMaker:
    from km_streams.sanitize.keyring import KeyRingError  # noqa: PLC0415
    from km_streams.sanitize.processor import create  # noqa: PLC0415

    try:
        made = create(environment)
    except KeyRingError as error:
        raise SettingsError(str(error)) from None
    return lambda equipment: TopicStage(made, equipment)


def _score(environment: Environment) -> StageMaker:
    from km_streams.score.processor import create  # noqa: PLC0415

    made = create(environment)
    return lambda equipment: TopicStage(made, equipment)


def _projector(_environment: Environment) -> StageMaker:
    from km_streams.projector.stage import ProjectorStage  # noqa: PLC0415

    return ProjectorStage


STAGES: Final[Mapping[str, Callable[[Environment], StageMaker]]] = {
    "sanitize": _sanitize,
    "score": _score,
    "projector": _projector,
}
