"""Fetching pinned jars over real HTTP."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath

import pytest

from km_local.broker.download import MODIFIED, fetch_missing
from km_local.broker.jar_list import Jar
from km_local.errors import DownloadError

CONTENT = {"one-1.jar": b"first", "two-2.jar": b"second"}


def jar(name: str, content: bytes) -> Jar:
    return Jar(PurePosixPath("org/example") / name, len(content), hashlib.sha256(content).hexdigest())


JARS = tuple(jar(name, content) for name, content in CONTENT.items())


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Nothing on stderr."""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    root = tmp_path / "repository"
    folder = root / "org" / "example"
    folder.mkdir(parents=True)
    for name, content in CONTENT.items():
        (folder / name).write_bytes(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=root))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("KM_MAVEN_REPOSITORY", f"http://127.0.0.1:{server.server_port}")
    yield folder
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_jar_is_fetched_with_one_fixed_time_and_nothing_half_is_left(repository: Path, tmp_path: Path) -> None:
    fetch_missing(JARS, tmp_path / "jars")
    assert {file.name: file.read_bytes() for file in (tmp_path / "jars").iterdir()} == CONTENT
    assert {file.stat().st_mtime for file in (tmp_path / "jars").iterdir()} == {MODIFIED}


def test_what_is_there_is_not_fetched_again(repository: Path, tmp_path: Path) -> None:
    fetch_missing(JARS, tmp_path / "jars")
    for file in repository.iterdir():
        file.unlink()
    fetch_missing(JARS, tmp_path / "jars")
    assert {file.name for file in (tmp_path / "jars").iterdir()} == set(CONTENT)


@pytest.mark.parametrize("content", [b"First", b"firs", b"first and more"])
def test_other_bytes_than_the_pinned_ones_are_refused_and_not_kept(
    repository: Path, tmp_path: Path, content: bytes
) -> None:
    (repository / "one-1.jar").write_bytes(content)
    with pytest.raises(DownloadError, match=r"one-1\.jar came with other bytes"):
        fetch_missing(JARS[:1], tmp_path / "jars")
    assert list((tmp_path / "jars").iterdir()) == []


def test_a_jar_that_the_repository_lacks_is_one_sentence(repository: Path, tmp_path: Path) -> None:
    (repository / "one-1.jar").unlink()
    with pytest.raises(DownloadError, match=r"one-1\.jar could not be fetched \(HTTP status 404\)"):
        fetch_missing(JARS[:1], tmp_path / "jars")


def test_no_network_is_one_sentence_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KM_MAVEN_REPOSITORY", "http://127.0.0.1:1")
    with pytest.raises(DownloadError, match=r"no connection.*check the network, or set KM_MAVEN_REPOSITORY"):
        fetch_missing(JARS, tmp_path / "jars")
