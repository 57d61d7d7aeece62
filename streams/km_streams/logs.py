"""Logs: one JSON object a line on stderr. An exception is told by class and place: its text may quote input."""

import asyncio
import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from structlog.typing import Processor, WrappedLogger

from km_streams.engine.errors import WorkerStoppedError, describe

QUIET: Final = ("aiokafka", "kafka", "aiohttp", "faust", "mode")
"""Libraries that log a line for each attempt to reconnect, or exceptions' text: only their worst is let through."""


def configure(level: str) -> None:
    """Set up logging of the process, ours and the libraries'."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_exception_text,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[drop_arguments, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def without_exception_text(
    _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """`exception`: class and place, in place of `exc_info`."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = str(error) if isinstance(error, WorkerStoppedError) else describe(error)
    return event


def drop_arguments(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of a library's line only the format stays: its arguments may be exceptions, and those quote input."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["event"] = str(record.msg)
        event.pop("positional_args", None)
    return event


def loop_exception(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The event loop's exception handler: asyncio's own writes the exception's text into its message."""
    error = context.get("exception")
    logging.getLogger("asyncio").error(str(context["message"]), exc_info=error)
