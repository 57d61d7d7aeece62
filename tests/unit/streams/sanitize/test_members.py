"""Members of JSON in a text are seen; what only resembles them is not."""

import pytest

from km_streams.sanitize.members import members_of


def seen(text: str) -> list[tuple[str, str, bool]]:
    data = text.encode()
    return [(name.decode(), data[start:end].decode(), number) for name, start, end, number in members_of(data)]


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ('see {"pin": 4711, "a" : "b"} there', [("pin", "4711", True), ("a", "b", False)]),
        ('{"cut": "the string goes on', [("cut", "the string goes on", False)]),
        ('{"a\\"b":"c\\"d"}', [("b", 'c\\"d', False)]),
        ('{"a":[1],"b":{},"c":true,"d":12}', []),
        ('"a":1234abc', []),
        ("no quotes: 12345", []),
        ('":"x"', []),
        ('"\x1f":"x"', [("\x1f", "x", False)]),
    ],
)
def test_strings_and_numbers_of_three_digits_and_more_under_a_name(
    text: str, members: list[tuple[str, str, bool]]
) -> None:
    assert seen(text) == members


def test_a_value_ends_at_the_border_of_its_leaf() -> None:
    assert seen('"a":"one\n\x1f\ntwo"') == [("a", "one\n", False)]
