"""What hides in base64, hexadecimal, percent escapes and JSON inside JSON."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from km_streams.sanitize.testing import known_sanitizer

GITHUB = "ghp_" + "A1b2" * 9
MAIL = "ada" + "@" + "example.org"


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


WRITINGS: dict[str, Callable[[str], str]] = {
    "base64": base64_of,
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "wrapped base64": lambda text: base64.encodebytes((text + " and more" * 20).encode()).decode(),
    "UTF-16 base64": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "percent": lambda text: "https://example.org/?q=" + quote(text, safe=""),
    "every byte in percent": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "escapes of programs": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "references of HTML": lambda text: "".join(f"&#{byte};" for byte in text.encode()),
    "JSON in JSON": lambda text: json.dumps({"note": "one\n" + text}),
    "JSON in JSON in JSON": lambda text: json.dumps(json.dumps({"note": "one\n" + text})),
    "base64 of base64": lambda text: base64_of("say " + base64_of(text) + " twice"),
    "hexadecimal of percent": lambda text: quote(text, safe="").encode().hex(),
}


@pytest.mark.parametrize("write", WRITINGS.values(), ids=WRITINGS.keys())
@pytest.mark.parametrize("text", [f"note: {GITHUB} end", f"mail {MAIL} now"], ids=["token", "mail"])
def test_an_encoding_hides_nothing(write: Callable[[str], str], text: str) -> None:
    written = write(text)
    result = known_sanitizer().sanitize(json.dumps({"a": [f"see {written} here"]}).encode(), 0)
    assert [finding.path for finding in result.findings] == ["$['a'][0]"]
    assert result.findings[0].type in {"secret.github_token", "email"}
    assert written not in json.loads(result.data)["a"][0]
    assert known_sanitizer().sanitize(result.data, 0).data == result.data


def test_encoded_text_without_a_secret_stays() -> None:
    data = json.dumps({"a": base64_of("nothing to see in here, move along"), "b": "%20%41", "c": "6e6f7468696e67" * 4})
    assert known_sanitizer().sanitize(data.encode(), 0).data == data.encode()


def test_an_image_stays() -> None:
    data = json.dumps({"data": base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40).decode()}).encode()
    assert known_sanitizer().sanitize(data, 0).findings == ()
