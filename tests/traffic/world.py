"""What agents work on: a home folder with repositories, configuration and a database, and a small web behind a proxy.

Its texts are the Python standard library (PSF License Version 2), this repository, and what stands in `content/`.
"""

import os
import pydoc
import shutil
import subprocess
import sysconfig
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import yaml

_CONTENT: Final = Path(__file__).parent / "content"
_CHECKOUT: Final = Path(__file__).parents[2]
_LIBRARY: Final = Path(sysconfig.get_paths()["stdlib"])
_PACKAGES: Final = ("json", "logging", "email", "http", "sqlite3", "html", "wsgiref", "importlib", "unittest")
_MODULES: Final = ("argparse.py", "configparser.py", "csv.py", "shutil.py", "tempfile.py", "netrc.py", "smtplib.py")
_AUTHORS: Final = ("Ada Lindqvist <ada@example.org>", "Jon Okafor <jon@example.org>", "Mei Tanaka <mei@example.com>")


@dataclass(frozen=True, slots=True)
class World:
    """`home` is what the agent may touch; `root` stands for `/`."""

    root: Path
    proxy: str

    @property
    def home(self) -> Path:
        """The person's home folder."""
        return self.root / "home" / "dev"

    @property
    def project(self) -> Path:
        """A git repository with some history."""
        return self.home / "stdlib"

    @property
    def notes(self) -> Path:
        """Where what passes is noted; no agent looks there."""
        return self.root / "notes"

    def packages(self) -> list[str]:
        """Folders of the repository."""
        return [str(path) for path in sorted(self.project.iterdir()) if path.is_dir() and path.name != ".git"]

    def modules(self, package: str) -> dict[str, int]:
        """Python files of a folder, with their sizes."""
        return {str(path): path.stat().st_size for path in sorted(Path(package).glob("*.py"))}

    def text(self, path: str) -> str:
        """What stands in a file."""
        return Path(path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        """Change a file behind the agent's back, as an editor does."""
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")

    def files(self, pattern: str) -> list[str]:
        """Paths of files of the home folder, without repositories' insides."""
        found = (path for path in sorted(self.home.glob(pattern)) if path.is_file() and ".git/" not in str(path))
        return [str(path) for path in found]


@cache
def content(name: str) -> list[dict[str, str]]:
    """One of the lists of `content/`."""
    loaded: list[dict[str, str]] = yaml.safe_load((_CONTENT / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


@contextmanager
def made() -> Iterator[World]:
    """A fresh world, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="km-traffic-") as folder, _web() as proxy:
        world = World(Path(folder), proxy)
        world.home.mkdir(parents=True)
        (world.root / "tmp").mkdir()
        world.notes.mkdir()
        for file in content("files"):
            path = world.home / file["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file["text"], encoding="utf-8")
        for name in ("docs", "schemas", "README.md", "Makefile", "compose.yaml"):
            _copy(_CHECKOUT / name, world.home / "kilometers" / name)
        _make_repository(world.project)
        yield world


def _make_repository(folder: Path) -> None:
    folder.mkdir()
    _git(folder, "init", "--quiet", "--initial-branch=main")
    for number, name in enumerate((*_PACKAGES, *_MODULES)):
        _copy(_LIBRARY / name, folder / name)
        author = _AUTHORS[number % len(_AUTHORS)]
        _git(folder, "add", ".")
        _git(folder, "commit", "--quiet", f"--author={author}", "-m", f"Import {name} of the standard library")


def _git(folder: Path, *arguments: str) -> None:
    alone = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "PATH": os.environ["PATH"]}
    identity = ("-c", "user.name=Ada Lindqvist", "-c", "user.email=ada@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=alone, check=True)
    if arguments[0] == "init":
        for name, value in (("user.name", "Ada Lindqvist"), ("user.email", "ada@example.org")):
            subprocess.run(["git", "config", name, value], cwd=folder, env=alone, check=True)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "img", "*.png", "*.egg-info"))
    else:
        shutil.copy(source, target)


@contextmanager
def _web() -> Iterator[str]:
    """The address of an HTTP proxy behind which every host answers with pages of ours."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Pages(BaseHTTPRequestHandler):
    """`docs.example.org/<module>.html` is a module's documentation; other pages stand in `content/pages.yaml`."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        host = url.netloc or self.headers.get("Host", "")
        if url.path == "/robots.txt":
            self._answer(200, "User-agent: *\nAllow: /\n", "text/plain")
        elif host == "docs.example.org" and url.path.endswith(".html"):
            self._answer(200, _documentation(url.path.strip("/").removesuffix(".html")), "text/html")
        else:
            pages = {page["url"]: page["html"] for page in content("pages")}
            html = pages.get(f"{host}{url.path}")
            self._answer(200 if html else 404, html or "<h1>Not found</h1>", "text/html")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._answer(200, "<h1>Thank you</h1><p>We have received your form.</p>", "text/html")

    def do_CONNECT(self) -> None:
        self.send_error(403)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass

    def _answer(self, status: int, text: str, type_: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{type_}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@cache
def _documentation(name: str) -> str:
    return pydoc.html.page(name, pydoc.html.document(import_module(name), name))
