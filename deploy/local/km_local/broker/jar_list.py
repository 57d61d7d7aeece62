"""The pinned jars of Apache Kafka: what to fetch, and how to know it is that."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

LIST = Path(__file__).with_name("jars.txt")


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of a Maven repository: path below its root, size in bytes, SHA-256 in hex."""

    path: PurePosixPath
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name, unique in the list."""
        return self.path.name

    def matches(self, content: bytes) -> bool:
        """Whether these are the pinned bytes."""
        return len(content) == self.size and hashlib.sha256(content).hexdigest() == self.sha256


def parse(text: str) -> tuple[Jar, ...]:
    """Jars from lines of `sha256 size path`; raises ValueError on any line that is not one."""
    jars = []
    for line in text.splitlines():
        sha256, size, path = line.split()
        if len(sha256) != 64 or path.startswith("/") or ".." in path:
            raise ValueError(f"not a pinned jar: {line}")
        jars.append(Jar(PurePosixPath(path), int(size), sha256))
    if len({jar.name for jar in jars}) != len(jars):
        raise ValueError("two pinned jars have the same file name")
    return tuple(jars)


@cache
def pinned_jars() -> tuple[Jar, ...]:
    """The jars of `jars.txt`, in class path order."""
    return parse(LIST.read_text())


def fingerprint() -> str:
    """Twelve hex digits that change with the list."""
    return hashlib.sha256(LIST.read_bytes()).hexdigest()[:12]
