"""Normal writings: they hold for any text, and cost time in proportion to it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from km_streams.score.normal.hosts import urls_of
from km_streams.score.normal.paths import candidates, normalised, steps_up
from km_streams.score.normal.shell import commands_of
from km_streams.score.normal.sql import effects
from km_streams.score.normal.texts import decoded_runs, plain

TEXTS = st.text(alphabet=st.characters(), max_size=300)
SHELLS = st.text(alphabet="abc -;|&$()`'\"\\\n<>/=.", max_size=200)
SQL = st.lists(
    st.sampled_from(
        ["SELECT", "DELETE", "FROM", "WHERE", "DROP", "TABLE", "x", "1", "=", "OR", "(", ")", ";", "'", "--", ","]
    ),
    max_size=40,
).map(" ".join)
PATHS = st.lists(st.sampled_from(["a", "b", ".", "..", "", "~", "%2e%2e", "c:"]), max_size=12).map("/".join)
HOSTILE = ["(" * 65_536, "$(" * 32_768, "'" * 65_536, "../" * 20_000, "a;" * 32_768, "://" * 20_000, "%2e" * 20_000,
           "\u200b" * 65_536, "DELETE " * 8_000, "http://" + "1." * 30_000, "A" * 65_536, "`a " * 20_000]  # fmt: skip


@given(TEXTS)
def test_any_text_has_normal_writings(text: str) -> None:
    normalised(text), steps_up(text), candidates(text), urls_of(text), decoded_runs(text), plain(text)


@given(TEXTS)
def test_a_plain_text_is_plain(text: str) -> None:
    once = plain(text)
    assert "\n" not in once
    assert "  " not in once


@given(st.text(alphabet="abcXYZ .,\n\u200b", max_size=200))
def test_plain_is_the_same_again(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(PATHS)
def test_a_normalised_path_climbs_only_at_its_beginning(path: str) -> None:
    steps = normalised(path).split("/")
    tail = steps[next((position for position, step in enumerate(steps) if step != ".."), len(steps)) :]
    assert ".." not in tail


@given(SHELLS)
def test_any_command_line_is_taken_apart(text: str) -> None:
    assert all(command.name for command in commands_of(text))


@given(SQL | TEXTS)
def test_any_statement_has_effects_or_none(text: str) -> None:
    assert effects(text) is not None


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_take_no_long_time(text: str) -> None:
    started = time.process_time()
    plain(text), candidates(text), urls_of(text), commands_of(text), effects(text), decoded_runs(text)
    assert time.process_time() - started < 5


@given(st.text(alphabet="abC \n.αБо\uff21\U0001d400é\u200b", max_size=100))
def test_words_of_two_alphabets_become_latin(text: str) -> None:
    assert plain(f"{text} ignоre {text}".replace("о", "\u043e")).count("ignore") >= 1
    assert plain(f"ign\u03bfre {text}").startswith("ignore")
