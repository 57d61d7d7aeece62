"""Logs tell exceptions by class and place; their texts, which quote input, never. In processes of their own."""

import json
import subprocess
import sys

import pytest

PREPARATION = """
import asyncio, logging, structlog
from km_streams import logs
from km_streams.engine.errors import WorkerStoppedError
logs.configure("INFO")
def fail():
    raise ValueError("secret " * 3)
"""


def lines_of(program: str) -> list[dict[str, object]]:
    """What a program logs."""
    done = subprocess.run([sys.executable, "-c", PREPARATION + program], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize(
    "logging_call",
    [
        "logging.getLogger('somebody').exception('it failed: %r', error)",
        "logging.getLogger('somebody').error('it failed', exc_info=error)",
        "structlog.get_logger('ours').error('it failed', exc_info=True)",
        "structlog.get_logger('ours').exception('it failed')",
    ],
)
def test_the_text_of_an_exception_is_not_logged(logging_call: str) -> None:
    (line,) = lines_of(f"try:\n    fail()\nexcept ValueError as error:\n    {logging_call}\n")
    assert "secret" not in json.dumps(line)
    assert str(line["exception"]).startswith("ValueError in fail")


def test_nor_is_that_of_a_task_nobody_awaited() -> None:
    (line,) = lines_of("""
async def fails():
    fail()
async def main():
    asyncio.get_running_loop().set_exception_handler(logs.loop_exception)
    task = asyncio.ensure_future(fails())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
asyncio.run(main())
""")
    assert "secret" not in json.dumps(line)
    assert str(line["exception"]).startswith("ValueError in fail")


def test_our_own_sentence_about_a_stop_is_logged() -> None:
    (line,) = lines_of(
        "try:\n    raise WorkerStoppedError('run it again')\n"
        "except WorkerStoppedError:\n    structlog.get_logger('ours').exception('stopped')\n"
    )
    assert line["exception"] == "run it again"
