"""The shipper as a process: detached, alone of its installation, in the background; or in front, once."""

import asyncio
import logging
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from km.home import CONFIG_FILE, LOCK_FILE, SHIPPER_LOG, SPOOL_FOLDER, home_folder
from km.settings import Installation, Settings, SettingsError, load_settings
from km.shipper.adoption import adopt
from km.shipper.batch import DestinationError
from km.shipper.breaker import Breaker
from km.shipper.config_watch import until_changed
from km.shipper.kafka import KafkaDestination
from km.shipper.lock import Lock
from km.shipper.runs import UNREADABLE, RunFeed, Runs
from km.shipper.service import Service, Shipped
from km.spool.age import MAX_AGE_SECONDS, is_look_due, note_look
from km.spool.budget import spool_bytes, write_limit
from km.spool.run_reader import run_folders

_IDLE_SECONDS: Final = 10.0
_NO_PROGRESS_SECONDS: Final = 30.0
_NICENESS: Final = 10
_ADOPT_SECONDS: Final = 30.0
_LOG_BYTES: Final = 1 << 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What shipping once has done. `error` is empty where everything is acknowledged."""

    shipped: Shipped
    runs_refused: int
    error: str = ""


def serve(settings: Settings) -> None:
    """Ship until idle. Ends at once where another process already does. Raises SettingsError."""
    no_core_dumps()
    lock = Lock(settings.home / LOCK_FILE)
    while lock.acquire():
        while (refused := asyncio.run(_serve(settings))) is None:
            settings = load_settings()
        lock.release()
        # A run that began while we still held the lock counted on us.
        if {folder.name for folder in run_folders(settings.spool)} <= refused:
            return


async def _serve(settings: Settings) -> frozenset[str] | None:
    """Ship until idle: the runs that cannot be read; or until the configuration changes: None."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, os._exit, 0)  # what is not acknowledged is sent again, by the next shipper
    adopt(settings.home, settings.spool)
    adopting = asyncio.ensure_future(_adopt(settings))
    runs, destination = Runs(settings.spool, settings.installation), KafkaDestination(settings)
    write_limit(str(settings.home), settings.limits.max_bytes)
    service = Service(
        runs,
        destination,
        Breaker(random.random),
        idle_seconds=_IDLE_SECONDS,
        max_age_seconds=settings.limits.max_age_seconds,
    )
    shipping = asyncio.ensure_future(service.run())
    change = asyncio.ensure_future(until_changed(settings.home / CONFIG_FILE))
    try:
        await asyncio.wait((shipping, change), return_when=asyncio.FIRST_COMPLETED)
        if not shipping.done():
            return None
        shipping.result()
        return runs.refused
    finally:
        await _cancel(shipping, change, adopting)
        runs.close()
        await destination.close()


async def _adopt(settings: Settings) -> None:
    """Also what ends while this process lives, which may be days."""
    while True:
        await asyncio.sleep(_ADOPT_SECONDS)
        adopt(settings.home, settings.spool)


async def _cancel(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Progress:
    """Of shipping once: `left_bytes` of the `total_bytes` that the spool took at the start."""

    records: int
    left_bytes: int
    total_bytes: int


def ship_once(settings: Settings, on_progress: Callable[[Progress], None] | None = None) -> Outcome:
    """Ship everything that is recorded now; or see it shipped, where another process is at it."""
    no_core_dumps()
    lock = Lock(settings.home / LOCK_FILE)
    deadline = time.monotonic() + _NO_PROGRESS_SECONDS
    while not lock.acquire():
        if _is_drained(settings):
            return Outcome(Shipped(), 0)
        if time.monotonic() > deadline:
            return Outcome(Shipped(), 0, f"the km that ships in the background does not finish: see {SHIPPER_LOG}")
        time.sleep(0.1)
    return asyncio.run(_ship_once(settings, on_progress))


async def _ship_once(settings: Settings, on_progress: Callable[[Progress], None] | None) -> Outcome:
    adopt(settings.home, settings.spool)
    total = _spool_bytes(settings)
    runs, destination = Runs(settings.spool, settings.installation), KafkaDestination(settings)
    service = Service(runs, destination, Breaker(random.random), idle_seconds=0)
    error = ""
    try:
        more = True
        while more:
            async with asyncio.timeout(_NO_PROGRESS_SECONDS):
                more = await service.ship_batch()
            if on_progress:
                on_progress(Progress(service.shipped.records, min(_spool_bytes(settings), total), total))
    except DestinationError as refusal:
        error = str(refusal)
    except TimeoutError:
        error = f"Kafka at {settings.kafka} acknowledges nothing"
    finally:
        runs.close()
        await destination.close()
    return Outcome(service.shipped, len(runs.refused), error)


def _spool_bytes(settings: Settings) -> int:
    return spool_bytes(str(settings.spool)) if settings.spool.exists() else 0


def no_core_dumps() -> None:
    """What this process holds of frames and passwords must not land in a file.

    A limit of 1 byte in place of 0: with 0 a core that is piped to a program is written all the same (core(5)).
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    wanted = min(1, hard) if hard != resource.RLIM_INFINITY else 1
    resource.setrlimit(resource.RLIMIT_CORE, (wanted, wanted))


def _is_drained(settings: Settings) -> bool:
    """Whether everything recorded now is acknowledged."""
    for folder in run_folders(settings.spool):
        try:
            feed = RunFeed(folder, settings.installation)
        except UNREADABLE:
            continue  # the other process has just removed it, or has said what is wrong with it
        try:
            if feed.take(1):
                return False
        finally:
            feed.close()
    return True


def run_detached() -> None:
    """The background process: leave whoever started it, and serve."""
    if os.fork():
        os._exit(0)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir("/")
    os.nice(_NICENESS)
    home = Path(home_folder(os.environ))
    _start_log(home)
    try:
        serve(load_settings())
    except SettingsError as error:
        _log.error("not shipping: %s", error)
        give_up_old(home)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - a wrapper starts the next one; the log says why it had to
        _log.critical("ended by %s", _place_of(error))
        sys.exit(1)


def give_up_old(home: Path) -> None:
    """Without a destination too, nothing waits for longer than the default age. Where another shipper runs, it does."""
    lock = Lock(home / LOCK_FILE)
    if not is_look_due(str(home)) or not lock.acquire():
        return
    note_look(str(home))
    runs = Runs(home / SPOOL_FOLDER, Installation("", ""))  # of no account: nothing is published
    runs.expire(MAX_AGE_SECONDS)
    runs.close()
    lock.release()


def _place_of(error: Exception) -> str:
    """Class and line of an error; its message may quote a frame."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {place.filename}:{place.lineno}"


def _start_log(home: Path) -> None:
    """Warnings go into a file of at most 1 MiB, begun anew when it is full."""
    path = home / SHIPPER_LOG
    full = path.exists() and path.stat().st_size > _LOG_BYTES
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if full else os.O_APPEND), 0o600)
    logging.basicConfig(
        stream=os.fdopen(fd, "w"), level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # The client logs each attempt to reach a broker that is away; we say once that it is.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
