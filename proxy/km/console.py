"""What `km` itself says to people. Straight to the descriptors: Python has no stream where one was closed."""

import os


def say(text: str) -> None:
    """Write to stdout."""
    _write(1, text)


def complain(text: str) -> None:
    """Write to stderr."""
    _write(2, text)


def _write(descriptor: int, text: str) -> None:
    data = text.encode(errors="backslashreplace")
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        return  # nobody listens
