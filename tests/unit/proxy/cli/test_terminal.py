"""Foreign text cannot command a terminal."""

import pytest

from km.cli.terminal import Paint, harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb\nc", "a\\x0db\\x0ac"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\udcff", "\\udcff"),
        ("\x7f", "\\x7f"),
        ("tab\tstays, é 😀 too", "tab\tstays, é 😀 too"),
    ],
)
def test_commands_are_shown_as_escapes(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_colours_are_given_where_they_are_wanted() -> None:
    assert Paint(wanted=True)("x", "red") == "\x1b[31mx\x1b[0m"
    assert Paint(wanted=False)("x", "red") == "x"
