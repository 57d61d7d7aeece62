"""Runs one app as the process: signals, ordered start and stop, exit code."""

import asyncio
import gc
from contextlib import suppress

import faust
import structlog

from km_streams import logs
from km_streams.app import StageMaker, create_app
from km_streams.engine.errors import WorkerStoppedError, describe
from km_streams.settings import Settings

_log = structlog.get_logger(__name__)


def run(settings: Settings, stage_name: str, make_stage: StageMaker) -> int:
    """Run a stage until SIGTERM or SIGINT (0) or until it must end (1)."""
    logs.configure(settings.log_level)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(logs.loop_exception)
    app = create_app(settings, stage_name, make_stage)
    worker = faust.Worker(app, loop=loop, quiet=True, override_logging=False, redirect_stdouts=False)
    worker.spinner = None  # it would write escape codes between the lines of the log
    gc.freeze()  # what is loaded by now stays: not looked at again by every collection
    with suppress(SystemExit):  # which ends every run of a Faust worker
        worker.execute_from_commandline()
    reason = worker.crash_reason
    if reason is None:
        return 0
    sentence = str(reason) if isinstance(reason, WorkerStoppedError) else describe(reason)
    _log.critical("stopped", stage=stage_name, reason=sentence)
    return 1
