"""The pinned jars and how their list is read."""

import hashlib

import pytest

from km_local.broker.jar_list import LIST, Jar, parse, pinned_jars

LINE = f"{'a' * 64} 3 org/example/thing/1.0/thing-1.0.jar"


def test_the_list_pins_a_whole_kafka_with_its_logging() -> None:
    names = {jar.name for jar in pinned_jars()}
    assert len(names) == 47
    assert {"kafka_2.13-4.3.1.jar", "kafka-clients-4.3.1.jar", "slf4j-reload4j-1.7.36.jar"} <= names


def test_the_list_holds_no_address() -> None:
    assert "://" not in LIST.read_text()


def test_a_line_is_hash_size_and_path() -> None:
    (jar,) = parse(LINE)
    assert (jar.name, jar.size, jar.sha256) == ("thing-1.0.jar", 3, "a" * 64)


@pytest.mark.parametrize(
    "text",
    [LINE[10:], LINE.replace("org/", "/org/"), LINE.replace("org/", "../"), "a b", f"{LINE}\n{LINE}"],
)
def test_a_line_that_pins_nothing_safely_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize(("content", "same"), [(b"abc", True), (b"abd", False), (b"abcd", False), (b"", False)])
def test_only_the_pinned_bytes_match(content: bytes, same: bool) -> None:
    (example,) = parse(LINE)
    jar = Jar(example.path, 3, hashlib.sha256(b"abc").hexdigest())
    assert jar.matches(content) is same
