"""Configurations of any shape: wrap then unwrap is nothing, wrap twice is wrap once, and only commands change."""

import json
import shutil
import tempfile
from pathlib import Path

import tomlkit
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from km.clients.client import Client, Place, Surroundings
from km.clients.document import Format
from km.clients.json_format import JSON
from km.clients.rewrite import carry_out_unwrap, carry_out_wrap, plan_unwrap, plan_wrap
from km.clients.survey import Configuration, survey
from km.clients.toml_format import TOML
from km.clients.yaml_format import YAML

INDENTS: list[int | str] = [2, 4, "\t"]
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
commands = words.filter(lambda word: word.strip() and " " not in word and not word.endswith("km"))
others = st.dictionaries(words.map("x".__add__), st.one_of(st.booleans(), st.integers(0, 9), words), max_size=2)
servers = st.fixed_dictionaries(
    {"command": commands},
    optional={"args": st.lists(words, max_size=3), "env": st.dictionaries(words, words, max_size=2)},
)
configurations = st.builds(
    lambda around, entries: around | {"mcpServers": entries},
    others,
    st.dictionaries(words, st.one_of(servers, st.just({"url": "https://mcp.example"})), max_size=4),
)


@st.composite
def texts(draw: st.DrawFn) -> tuple[Format, str]:
    """A format, and a configuration in one of its styles."""
    data = draw(configurations)
    comment = draw(st.sampled_from(["", "comment", 'what\'s "this" [{']))
    style = draw(st.sampled_from(["json", "compact", "toml", "block", "flow"]))
    if style in {"json", "compact"}:
        indent = None if style == "compact" else draw(st.sampled_from(INDENTS))
        text = json.dumps(data, indent=indent, ensure_ascii=draw(st.booleans()))
        end = draw(st.sampled_from(["\n", "\r\n", ""]))
        return JSON, (f"// {comment}\n" if comment else "") + text.replace("\n", end or "\n") + end
    comment = f"# {comment}\n" if comment else ""
    if style == "toml":
        return TOML, comment + tomlkit.dumps(data)
    flow = {"block": False, "flow": draw(st.sampled_from([True, None]))}[style]
    return YAML, comment + yaml.safe_dump(
        data, default_flow_style=flow, allow_unicode=True, sort_keys=draw(st.booleans())
    )


class File:
    """One configuration on the disk, and a home for its backup."""

    def __init__(self, folder: str, form: Format, text: str) -> None:
        self.path, self.home = Path(folder) / "configuration", Path(folder) / "home"
        self.path.write_bytes(text.encode())
        self._client = Client("any", "Any", form, lambda around: (Place(around.home / "configuration", "user"),))
        self._around = Surroundings(Path(folder), {}, Path(folder))

    def look(self) -> Configuration:
        (found,) = survey([self._client], self._around, frozenset(("user",)))
        assert not found.trouble
        return found

    def wrap(self, km: str) -> bytes:
        plan = plan_wrap(self.look(), km)
        assert not plan.trouble
        if plan.changes:
            carry_out_wrap(plan, self.home)
        return self.path.read_bytes()

    def unwrap(self) -> bytes:
        plan = plan_unwrap(self.look(), self.home)
        assert not plan.trouble
        if plan.changes:
            carry_out_unwrap(plan, self.home)
        return self.path.read_bytes()


def commands_of(found: Configuration) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(server.name, server.command, server.args) for server in found.servers]


@settings(max_examples=80, deadline=None)
@given(texts())
def test_wrap_then_unwrap_gives_the_same_bytes(example: tuple[Format, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = File(folder, *example)
        once = file.wrap("/opt/km")
        assert file.wrap("/opt/km") == once
        assert file.unwrap() == example[1].encode()


@settings(max_examples=80, deadline=None)
@given(texts())
def test_taking_back_without_the_backup_gives_the_same_servers(example: tuple[Format, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = File(folder, *example)
        before = commands_of(file.look())
        file.wrap("/opt/km")
        shutil.rmtree(file.home, ignore_errors=True)
        file.unwrap()
        assert commands_of(file.look()) == before
