"""Normalized paths (RFC 9535 §2.7)."""

from km_streams.json_path import LENGTH_LIMIT, normalized_path


def test_names_are_quoted_and_positions_are_not() -> None:
    assert normalized_path(["params", "a b", 0]) == "$['params']['a b'][0]"
    assert normalized_path([]) == "$"


def test_names_are_escaped_as_the_rfc_says() -> None:
    assert (
        normalized_path(["it's", "a\\b", "\n\t\x0b\x00", 'é"«'])
        == "$['it\\'s']['a\\\\b']['\\n\\t\\u000b\\u0000']['é\"«']"
    )


def test_a_very_long_path_loses_its_middle() -> None:
    path = normalized_path(["begin", *["x" * 10] * 1_000, "end"])
    assert len(path) <= LENGTH_LIMIT
    assert path.startswith("$['begin']")
    assert path.endswith("['end']")
    assert "…" in path
