"""Hosts of URLs in any writing."""

import pytest

from km_streams.score.normal.hosts import host_class, urls_of


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "0xA9FEA9FE",
        "0xa9.0xfe.0xa9.0xfe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[fd00:ec2::254]",
        "metadata.google.internal",
        "METADATA.google.internal.",
        "169.254.169.254.nip.io",
        "100.100.100.200",
        "169。254。169。254",
        "169%2e254%2e169%2e254",
    ],
)
def test_metadata_services_are_known_in_every_writing(host: str) -> None:
    (url,) = urls_of(f"see http://{host}/latest")
    assert url.host_class == "metadata"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "loopback"),
        ("localhost", "loopback"),
        ("[::1]", "loopback"),
        ("0", "loopback"),
        ("10.1.2.3", "private"),
        ("192.168.0.1", "private"),
        ("169.254.1.1", "link-local"),
        ("kubernetes.default.svc", "cluster"),
        ("example.org", "public"),
        ("203.0.113.5", "public"),
        ("8.8.8.8", "public"),
        ("1.2.3.4.5", "public"),
        ("999.1.1.1", "public"),
    ],
)
def test_hosts_have_a_class(host: str, expected: str) -> None:
    (url,) = urls_of(f"http://{host}:8080/")
    assert url.host_class == expected


@pytest.mark.parametrize(
    "authority", ["2130706433", "0177.0.0.1", "127.1", "example.org@10.0.0.1", "10.0.0.1.nip.io", "0x7f.1"]
)
def test_disguises_are_seen(authority: str) -> None:
    assert urls_of(f"http://{authority}/")[0].disguised


@pytest.mark.parametrize("authority", ["127.0.0.1", "user@git.example", "«secret.password:k1:x»@db.example", "[::1]"])
def test_usual_writings_are_no_disguise(authority: str) -> None:
    assert not urls_of(f"http://{authority}/")[0].disguised


def test_ports_and_the_rest_are_read() -> None:
    (url,) = urls_of("curl 'http://10.0.0.1:2375/containers/json?all=1'")
    assert (url.port, url.rest) == (2375, "/containers/json?all=1")


def test_a_bare_host_has_a_class_too() -> None:
    assert host_class("LOCALHOST.") == ("loopback", "localhost", False)
