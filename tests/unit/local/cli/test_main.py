"""What the person at the terminal reads when the system refuses something."""

import errno
import os

import pytest

from km_local.cli.main import COMMANDS, commands, explain


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.ENOSPC, "free some disk space"), (errno.EACCES, "let this user read and write"), (errno.EIO, ".km/logs")],
)
def test_a_refusal_of_the_system_is_one_sentence_with_place_and_advice(number: int, advice: str) -> None:
    sentence = explain(OSError(number, os.strerror(number), "/some/file"))
    assert sentence.startswith(f"{os.strerror(number)} at /some/file: ")
    assert advice in sentence
    assert "\n" not in sentence


def test_every_command_has_its_module() -> None:
    context = commands.make_context("km-local", ["--help"], resilient_parsing=True)
    for name in COMMANDS:
        command = commands.get_command(context, name)
        assert command is not None
        assert command.help
