"""Fetch the pinned jars, in parallel, refusing any byte that is not pinned."""

import os
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from km_local.broker.jar_list import Jar
from km_local.errors import DownloadError, LocalError

THREADS = 8
TIMEOUT_SECONDS = 60
# The JVM's AOT cache is tied to the jars' times, so they are the same whenever and wherever they were fetched.
MODIFIED = 1_700_000_000


def fetch_missing(jars: tuple[Jar, ...], folder: Path) -> None:
    """Make `folder` hold every jar. Present ones are not hashed again: the cache is as private as our code.

    The repository's address is `KM_MAVEN_REPOSITORY`, else the one that jgo knows.
    Raises `DownloadError` when one cannot be fetched or has other bytes, `LocalError` when it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [jar for jar in jars if not _is_present(jar, folder)]
    if not missing:
        return
    repository = _repository()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda jar: _fetch(jar, repository, folder), missing))


def _is_present(jar: Jar, folder: Path) -> bool:
    """Present means complete: a jar gets its name only after its bytes were checked."""
    try:
        return (folder / jar.name).stat().st_size == jar.size
    except FileNotFoundError:
        return False


def _repository() -> str:
    if address := os.environ.get("KM_MAVEN_REPOSITORY"):
        return address.rstrip("/")
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415 - half a second, needed once per machine

    return str(MAVEN_CENTRAL_URL).rstrip("/")


def _fetch(jar: Jar, repository: str, folder: Path) -> None:
    try:
        with urllib.request.urlopen(f"{repository}/{jar.path}", timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            content = answer.read(jar.size + 1)
    except OSError as error:
        raise DownloadError(
            f"The Kafka file {jar.name} could not be fetched ({_reason(error)}): check the network, or set "
            "KM_MAVEN_REPOSITORY to a Maven repository you can reach, and start again."
        ) from None
    if not jar.matches(content):
        raise DownloadError(
            f"The Kafka file {jar.name} came with other bytes than the pinned ones, so it was not kept: "
            "what answers for the Maven repository cannot be trusted."
        )
    _keep(content, folder / jar.name)


def _reason(error: OSError) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP status {error.code}"
    return "no connection" if isinstance(error, urllib.error.URLError) else type(error).__name__


def _keep(content: bytes, path: Path) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.utime(part, (MODIFIED, MODIFIED))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise LocalError(f"{path} could not be written ({error.strerror}): make room or permission there.") from None
