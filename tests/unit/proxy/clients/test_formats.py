"""What the editors of JSON, TOML and YAML accept, and what they leave alone."""
# Lines of examples are as long as the examples:
# ruff: noqa: E501

import pytest

from km.clients.document import Change, Format, UnparsableError, edited
from km.clients.json_format import JSON
from km.clients.json_text import parse_json
from km.clients.toml_format import TOML
from km.clients.yaml_format import YAML

WRAP = Change(("s", "a"), "command", "/km", 0, ("--", "x"))
UNWRAP = Change(("s", "a"), "command", "x", 2, ())


@pytest.mark.parametrize(
    ("form", "before", "after"),
    [
        (JSON, '{"s":{"a":{"command":"x"}}}', '{"s":{"a":{"command":"/km", "args":["--", "x"]}}}'),
        (JSON, '{"s":{"a":{"command":"x","args":[ ]}}}', '{"s":{"a":{"command":"/km","args":["--", "x" ]}}}'),
        (JSON, '\ufeff{"s":{"a":{"args":["1",],"command":"x"}}}', '\ufeff{"s":{"a":{"args":["--", "x", "1",],"command":"/km"}}}'),
        (JSON, '{"s": {"a": {\n  "command": "x"\n}}}', '{"s": {"a": {\n  "command": "/km",\n  "args": ["--", "x"]\n}}}'),
        (TOML, "[s.a]\ncommand = 'x' # c\n", "[s.a]\ncommand = \"/km\" # c\nargs = [\"--\", \"x\"]\n"),
        (TOML, 's.a.command = "x"\ns.a.args = [] # c\n', 's.a.command = "/km"\ns.a.args = ["--", "x"] # c\n'),
        (YAML, "s:\n  a:\n    command: x\n", 's:\n  a:\n    command: "/km"\n    args: ["--", "x"]\n'),
        (YAML, "s: {a: {command: x}}", 's: {a: {command: "/km", args: ["--", "x"]}}'),
        (YAML, "s:\n  a:\n    args:\n      -   -y\n    command: x", 's:\n  a:\n    args:\n      - "--"\n      - "x"\n      -   -y\n    command: "/km"'),
    ],
)  # fmt: skip
def test_the_smallest_edit_is_made(form: Format, before: str, after: str) -> None:
    assert edited(form, before, [WRAP]) == after


@pytest.mark.parametrize(
    ("form", "before", "after"),
    [
        (JSON, '{"s":{"a":{"command":"/km","args":["--", "x", "y"]}}}', '{"s":{"a":{"command":"x","args":["y"]}}}'),
        (JSON, '{"s":{"a":{"command":"/km","args":["--", "x", ]}}}', '{"s":{"a":{"command":"x","args":[ ]}}}'),
        (TOML, '[s.a]\ncommand = "/km"\nargs = ["--", "x", "y"]', '[s.a]\ncommand = "x"\nargs = ["y"]'),
        (YAML, "s:\n  a:\n    command: /km\n    args:\n    - --\n    - x\n    - -y\n", 's:\n  a:\n    command: "x"\n    args:\n    - -y\n'),
        (YAML, "s:\n  a:\n    command: /km\n    args:\n    - --\n    - x\n", 's:\n  a:\n    command: "x"\n    args: []\n'),
    ],
)  # fmt: skip
def test_the_smallest_edit_is_taken_back(form: Format, before: str, after: str) -> None:
    assert edited(form, before, [UNWRAP]) == after


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (JSON, '{"a": 1'),
        (JSON, '{"a": 1} x'),
        (JSON, '{"a": 1, "a": 2}'),
        (JSON, "{a: 1}"),
        (JSON, '{"a": "\n"}'),
        (JSON, "{,}"),
        (JSON, "/* {}"),
        (JSON, ""),
        (JSON, "[" * 100_000),
        (TOML, "a = "),
        (TOML, "a = 1\na = 2"),
        (YAML, "a: [1"),
        (YAML, "a: !!python/object:os.system x"),
        (YAML, "a: 1\n---\nb: 2\n"),
    ],
)
def test_what_is_not_understood_is_refused(form: Format, text: str) -> None:
    with pytest.raises(UnparsableError):
        form.data(text)


def test_the_line_of_a_mistake_is_told_and_nothing_quoted() -> None:
    with pytest.raises(UnparsableError, match=r"^it is no JSON from line 3 on$"):
        parse_json('{\n  "token": "hush",\n  oops\n}')


@pytest.mark.parametrize(
    "text",
    [
        "args: &shared [-y]\ns:\n  a:\n    command: x\n    args: *shared\n",
        "base: &base {command: x}\ns:\n  a:\n    <<: *base\n",
        "s:\n  a: &one\n    command: x\n  b: *one\n",
        "s:\n  a:\n    command: x\n  a:\n    command: x\n",
    ],
)
def test_yaml_that_says_a_thing_in_two_places_is_left_alone(text: str) -> None:
    with pytest.raises(UnparsableError):
        edited(YAML, text, [WRAP])


def test_an_odd_word_is_quoted_for_every_format() -> None:
    word = 'a "b" \\ é 😀 # \x7f {x} - \t'
    change = Change(("s", "a"), "command", "/km", 0, ("--", word))
    for form, text in (
        (JSON, '{"s":{"a":{"command":"x"}}}'),
        (TOML, '[s.a]\ncommand="x"'),
        (YAML, "s: {a: {command: x}}"),
    ):
        assert form.data(edited(form, text, [change])) == {"s": {"a": {"command": "/km", "args": ["--", word]}}}
