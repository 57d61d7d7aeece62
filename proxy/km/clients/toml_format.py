"""Edits TOML by tomlkit, which keeps comments, order and white space. Pure."""

import tomllib
from collections.abc import MutableMapping
from typing import Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from km.clients.document import ARGS, Change, UnparsableError


class TomlFormat:
    """As `document.Format`."""

    def data(self, text: str) -> object:
        """As `Format.data`."""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            raise UnparsableError("it is no TOML") from None

    def edit(self, text: str, change: Change) -> str:
        """As `Format.edit`."""
        document = _parse(text)
        table = _table(document, change)
        table[change.command_key] = change.command
        array = table.get(ARGS, tomlkit.array())
        if not isinstance(array, Array):
            raise UnparsableError("the arguments of a server are no list")
        del array[: change.drop]
        if change.insert:
            table[ARGS] = _inserted(array, change.insert)
        return tomlkit.dumps(document)


TOML: Final = TomlFormat()


def _parse(text: str) -> tomlkit.TOMLDocument:
    try:
        document = tomlkit.parse(text)
    except (TOMLKitError, ValueError):
        raise UnparsableError("it is no TOML that can be edited") from None
    if tomlkit.dumps(document) != text:
        raise UnparsableError("it is TOML of a form that km cannot write back as it was")
    return document


def _inserted(array: Array, words: tuple[str, ...]) -> Array:
    """The words in front: on lines of their own, or on the one line with spaces, which tomlkit would not set."""
    text = array.as_string()
    if "\n" in text:
        for word in reversed(words):
            array.insert(0, word)
        return array
    line = ", ".join(tomlkit.item(word).as_string() for word in words)
    rest = text[1:].lstrip()
    made = tomlkit.parse(f"a = [{line}{'' if rest.startswith(']') else ', '}{rest}\n")["a"]
    assert isinstance(made, Array)  # noqa: S101 - as it is written
    return made


def _table(document: tomlkit.TOMLDocument, change: Change) -> MutableMapping[str, object]:
    table: object = document
    for key in change.path:
        table = table.get(key) if isinstance(table, MutableMapping) else None
    if not isinstance(table, MutableMapping):
        raise UnparsableError("a server that was there is gone")
    return table
