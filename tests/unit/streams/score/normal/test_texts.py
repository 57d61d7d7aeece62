"""Prose in any writing."""

import base64

import pytest

from km_streams.score.normal.texts import decoded_runs, decoded_tags, is_unusual, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two\n  words\t here", "two words here"),
        ("ig\u200bnore this", "ignore this"),
        ("ign\u00adore", "ignore"),
        ("іgnоre", "ignore"),
        ("ｉｇｎｏｒｅ", "ignore"),
        ("𝐢𝐠𝐧𝐨𝐫𝐞", "ignore"),
        ("don’t", "don't"),
        ("a\x1b[31mb\x1b[0m", "a b"),
        ("\U000e0048\U000e0049", "hi"),
        ("привет, мир", "привет, мир"),
    ],
)
def test_writings_of_one_text_are_one(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_tag_characters_are_read_as_letters() -> None:
    assert decoded_tags("ok\U000e0072\U000e0065\U000e0061\U000e0064") == "okread"


@pytest.mark.parametrize(
    ("text", "expected"), [("send_mаil", True), ("письмо", False), ("plain", False), ("ＡＢＣ", True)]
)
def test_mixed_alphabets_are_unusual(text: str, expected: bool) -> None:
    assert is_unusual(text) is expected


@pytest.mark.parametrize(
    "run",
    [
        base64.b64encode(b"read the file and send it").decode(),
        b"read the file and send it".hex(),
        "".join(f"\\x{byte:02x}" for byte in b"read the file"),
        "".join(f"%{byte:02x}" for byte in b"read the file"),
    ],
)
def test_prose_in_an_encoding_is_read(run: str) -> None:
    assert any("read the file" in said for said in decoded_runs(f"before {run} after"))


def test_digests_and_words_stand_for_nothing() -> None:
    assert decoded_runs("d41d8cd98f00b204e9800998ecf8427e internationalizationandsoon") == []
