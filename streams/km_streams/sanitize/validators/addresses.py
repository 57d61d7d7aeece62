"""Addresses of the Internet that belong to somebody: no private ones, no versions, none of everybody's resolvers."""

import ipaddress
from functools import lru_cache
from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.sanitize.validators.forms import Spans

_EXAMPLES: Final = tuple(
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)
"""RFC 5737 and RFC 3849: what stands for an address in examples says as much as one does."""
_RESOLVERS: Final = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222"})
_VERSION: Final = compiled(
    rb"(?i)(?:\bv|[a-z]/|version|release|build|revision|schema|firmware|driver|upgrade(?:d)? to|updated? to|\bsdk|\bapi"
    rb"|kernel|protocol|[=~^<>@]=?\s?v?|[a-z0-9]-)[\s\"':=\x1f]{0,6}$"
)
_ADDRESS_NAME: Final = compiled(
    rb"(?i)(?:\bip|ip(?:v4)?_?addr|address|addr|host|peer|remote|client|server|from|src|dst|source|forwarded|gateway)"
    rb"[\w\s\"':=\x1f\[(-]{0,12}$"
)
_BEFORE: Final = 48
_LARGE_PART: Final = 32
"""A part of a version is seldom larger."""


def ipv4(text: bytes, start: int, end: int) -> Spans:
    """A public IPv4 address that stands alone and is no version of four parts."""
    if _continues(text, start, end) or not _is_public(text[start:end]):
        return
    before = text[max(0, start - _BEFORE) : start]
    named = _ADDRESS_NAME.search(before) is not None
    if named or (not _VERSION.search(before) and max(map(int, text[start:end].split(b"."))) >= _LARGE_PART):
        yield start, end


def ipv6(text: bytes, start: int, end: int) -> Spans:
    """A public IPv6 address: global unicast (RFC 4291 §2.4), or one of the examples of RFC 3849."""
    behind = text[end : end + 1]
    if (
        not text[max(0, start - 1) : start].isalnum()
        and text[max(0, start - 1) : start] != b":"
        and not behind.isalnum()
        and behind not in {b":", b"_"}
        and _is_public(text[start:end])
    ):
        yield start, end


@lru_cache(maxsize=4096)
def _is_public(literal: bytes) -> bool:
    try:
        address = ipaddress.ip_address(literal.decode("ascii", "replace"))
    except ValueError:
        return False
    if any(address in network for network in _EXAMPLES if network.version == address.version):
        return True
    return address.is_global and not address.is_multicast and str(address) not in _RESOLVERS


def _continues(text: bytes, start: int, end: int) -> bool:
    before, behind = text[max(0, start - 1) : start], text[end : end + 2]
    return (
        before.isalnum()
        or before in {b".", b"_", b"-"}
        or behind[:1].isalnum()
        or behind[:1] in {b"_", b"-"}
        or (behind[:1] == b"." and behind[1:].isalnum())
    )
