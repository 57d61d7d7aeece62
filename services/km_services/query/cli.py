"""`km-query`: serve until SIGTERM or SIGINT; `--openapi` prints the contract instead."""

import json
import os
import socket
from pathlib import Path
from uuid import UUID

import click
import structlog

from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_services.query.app import create_app
from km_services.query.logs import configure_logs
from km_services.query.server import Server
from km_services.query.settings import PostgresSettings, Settings, SettingsError, from_environment

_log = structlog.get_logger("km_services.query")


@click.command()
@click.option("--openapi", is_flag=True, help="Print the OpenAPI document and end.")
def main(*, openapi: bool) -> None:
    """Serve the read models over HTTP; settings come from KM_* variables."""
    if openapi:
        click.echo(openapi_document(), nl=False)
        return
    try:
        settings = from_environment(os.environ)
        listening = _listen(settings)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    configure_logs(settings.log_level)
    _serve(settings, listening)


def openapi_document() -> str:
    """The contract as it is committed: two spaces, one line feed at the end."""
    place = PostgresSettings("", 0, "", "", Path())
    settings = Settings("", 0, "", UUID(DEFAULT_CUSTOMER_ID), None, frozenset(), place, "info")
    return json.dumps(create_app(settings).openapi(), indent=2, ensure_ascii=False) + "\n"


def _listen(settings: Settings) -> socket.socket:
    """The bound socket; SettingsError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=256)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise SettingsError(f"km-query cannot listen on {where} (KM_HOST, KM_PORT): {error.strerror}.") from None


def _serve(settings: Settings, listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    _log.info("serving", host=host, port=port)
    Server(settings).run(sockets=[listening])
