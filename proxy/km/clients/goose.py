"""Goose. What it calls extensions are servers, apart from those it has built in."""

from km.clients.client import Client, Place, Surroundings
from km.clients.yaml_format import YAML

_TABLES = (("extensions", "*"),)


def _places(around: Surroundings) -> tuple[Place, ...]:
    return (Place(around.xdg_config() / "goose" / "config.yaml", "user", _TABLES),)


GOOSE = Client("goose", "Goose", YAML, _places, command_key="cmd")
