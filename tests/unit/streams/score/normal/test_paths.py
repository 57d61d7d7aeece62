"""Paths in any writing."""

import pytest

from km_streams.score.normal.paths import candidates, normalised, steps_up


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        (r"\\?\C:\Users\Ada\.ssh\id_rsa", "~/.ssh/id_rsa"),
        (r"\\server\C$\Users\Ada\x", "~/x"),
        (r"\\server\share\x", "/share/x"),
        ("%c0%ae%c0%ae/etc/shadow", "../etc/shadow"),
        ("/srv%252f..%252fetc%252fshadow", "/etc/shadow"),
        ("~root/.ssh/id_rsa", "~/.ssh/id_rsa"),
        ("/etc/shadow\0.png", "/etc/shadow"),
        ("/etc/shadow%00.png", "/etc/shadow"),
        ("$HOME/.netrc", "~/.netrc"),
    ],
)
def test_writings_of_one_path_are_one(path: str, normal: str) -> None:
    assert normalised(path) == normal


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("a/b", 0),
        ("a/../b", 0),
        ("../a", 1),
        ("a/../../b", 1),
        ("../../../etc", 3),
        ("..%2f..%2fx", 2),
        ("/srv/../../x", 1),
        ("....//....//x", 2),
        ("..\\..\\x", 2),
    ],
)
def test_how_far_a_path_climbs_is_counted(path: str, steps: int) -> None:
    assert steps_up(path) == steps


def test_words_that_are_no_paths_are_no_candidates() -> None:
    assert candidates("words of a sentence") == []
