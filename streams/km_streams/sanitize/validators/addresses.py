"""Addresses of the Internet that belong to somebody: no private ones, no versions, none of everybody's resolvers."""

import ipaddress
import re
from functools import lru_cache
from typing import Final, Literal

from km_streams.sanitize.validators.forms import Spans

_EXAMPLES: Final = tuple(
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)
"""RFC 5737 and RFC 3849: nobody's addresses, but where somebody's is named they stand for one."""
_RESOLVERS: Final = frozenset(
    {
        "8.8.8.8",
        "8.8.4.4",
        "1.1.1.1",
        "1.0.0.1",
        "9.9.9.9",
        "208.67.222.222",
        "2606:4700:4700::1111",
        "2606:4700:4700::1001",
        "2001:4860:4860::8888",
        "2001:4860:4860::8844",
        "2620:fe::fe",
    }
)
_VERSION: Final = re.compile(
    rb"(?i)\bv$|[a-z]/$|version|release|\bbuild|revision|schema|firmware|driver|upgrad|updat|migrat|bump|downgrad|\bsdk\b|\boid\b"
    rb"|kernel|protocol|section|chapter|package|\bpatch|\bdeps\b|\bapi\b|[=~^@]=?\s?v?$|[<>]=\s?v?$|[a-z0-9]-$"
)
_ADDRESS_NAME: Final = re.compile(
    rb"(?i)\bip|ip(?:v4)?_?addr|address|addr|host|peer|remote|client|server|from|src|dst|source|forwarded|gateway|visitor"
)
_NAMED_DIRECTLY: Final = re.compile(
    rb"(?i)(?:\bip|ip(?:v4)?_?addr|address|addr|host|peer|remote|client|forwarded)[\w\"' -]{0,8}[:=]\s?[\"']?$"
)
_SOMEBODY: Final = re.compile(
    rb"(?i)(?:client|remote|visitor|user|customer|source|caller|forwarded|login|\bfrom)[\w\s\"':=\x1f\[(.-]{0,16}$"
)
"""Whose address an example stands for, where it stands for one."""
_BEFORE: Final = 48
_LARGE_PART: Final = 32
"""A part of a version is seldom larger."""


def ipv4(text: bytes, start: int, end: int) -> Spans:
    """A public IPv4 address that stands alone and is no version of four parts, no network."""
    before = text[max(0, start - _BEFORE) : start]
    if _continues(text, start, end) or not _is_public(text[start:end], before):
        return
    if _NAMED_DIRECTLY.search(before):
        yield start, end
        return
    named, versioned = _last(_ADDRESS_NAME, before), _last(_VERSION, before)
    if named > versioned or (versioned < 0 and max(map(int, text[start:end].split(b"."))) >= _LARGE_PART):
        yield start, end


def ipv6(text: bytes, start: int, end: int) -> Spans:
    """A public IPv6 address: global unicast (RFC 4291 §2.4), and no network."""
    behind = text[end : end + 1]
    if (
        not text[max(0, start - 1) : start].isalnum()
        and text[max(0, start - 1) : start] != b":"
        and not behind.isalnum()
        and behind not in {b":", b"_"}
        and not _is_network(text, end)
        and _is_public(text[start:end], text[max(0, start - _BEFORE) : start])
    ):
        yield start, end


def _last(pattern: re.Pattern[bytes], before: bytes) -> int:
    """Where the last occurrence on the same line begins; -1 for none."""
    line = before[before.rfind(b"\n") + 1 :]
    return max((match.start() for match in pattern.finditer(line)), default=-1)


def _is_public(literal: bytes, before: bytes) -> bool:
    return _kind_of(literal) == "public" or (_kind_of(literal) == "example" and _SOMEBODY.search(before) is not None)


@lru_cache(maxsize=4096)
def _kind_of(literal: bytes) -> Literal["public", "example", "other"]:
    try:
        address = ipaddress.ip_address(literal.decode("ascii", "replace"))
    except ValueError:
        return "other"
    if any(address in network for network in _EXAMPLES if network.version == address.version):
        return "example"
    return "public" if address.is_global and not address.is_multicast and str(address) not in _RESOLVERS else "other"


def _is_network(text: bytes, end: int) -> bool:
    """Whether a prefix length follows: a network is nobody's address."""
    return text[end : end + 1] == b"/" and text[end + 1 : end + 2].isdigit()


def _continues(text: bytes, start: int, end: int) -> bool:
    before, behind = text[max(0, start - 1) : start], text[end : end + 2]
    return (
        before.isalnum()
        or before in {b".", b"_", b"-"}
        or behind[:1].isalnum()
        or behind[:1] in {b"_", b"-"}
        or (behind[:1] == b"." and behind[1:].isalnum())
        or _is_network(text, end)
    )
