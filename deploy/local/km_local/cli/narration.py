"""Tells the person at the terminal what happens, one line for each thing done."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status


class ConsoleNarrator:
    """Lines for what is done, and on a terminal a last line that moves with what is being done."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._lock = threading.Lock()
        self._busy: list[str] = []
        self._status = Status("", console=console)

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    def began(self, name: str) -> None:
        """A task begins."""
        with self._lock:
            self._busy.append(name)
            self._show()
            if not self.console.is_terminal:
                self._line(f"· {name}")

    def ended(self, name: str, seconds: float) -> None:
        """A task is done, or a service ready."""
        with self._lock:
            self._busy.remove(name)
            self._line(f"✓ {name} ({seconds:.1f} s)")
            self._show()

    @contextmanager
    def doing(self, name: str) -> Iterator[None]:
        """One task of the caller's own."""
        begin = time.monotonic()
        self.began(name)
        yield
        self.ended(name, time.monotonic() - begin)

    def say(self, sentence: str) -> None:
        """Anything else worth a line."""
        with self._lock:
            self._line(sentence)

    def _line(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _show(self) -> None:
        self._status.update(", ".join(self._busy))
