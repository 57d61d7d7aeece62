"""Hosts of URLs in any writing: what hides behind decimal, octal or hex addresses, IPv6 forms and user names."""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import unquote

HostClass = Literal["metadata", "loopback", "private", "link-local", "cluster", "public"]

URLS_LIMIT: Final = 100
"""URLs of one string that are looked at."""

_URL: Final = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,15}):/{2}([^\s/?#\"'<>`\\)|]{1,512})([^\s\"'<>`)|]{0,2048})")
_METADATA_NAMES: Final = frozenset(
    {"metadata.google.internal", "metadata", "instance-data", "instance-data.ec2.internal", "metadata.tencentyun.com",
     "metadata.azure.internal", "metadata.packet.net", "metadata.platformequinix.com"}
)  # fmt: skip
_METADATA_ADDRESSES: Final = frozenset(
    map(
        ipaddress.ip_address,
        # AWS, GCP, Azure, DigitalOcean, OpenStack; ECS tasks; EKS pods; AWS IPv6; GCP IPv6; Alibaba; Oracle; Azure wire
        ("169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
         "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    )
)  # fmt: skip
_CLUSTER_SUFFIXES: Final = (".svc", ".cluster.local", ".consul")
_CLUSTER_NAMES: Final = frozenset(
    {"kubernetes", "kubernetes.default", "host.docker.internal", "gateway.docker.internal"}
)
_LOCAL_NAMES: Final = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "localtest.me", "lvh.me"})
_REBINDING: Final = re.compile(
    r"(?:^|[.-])((?:\d{1,3}[.-]){3}\d{1,3}|[0-9a-f]{8})\.(?:nip\.io|sslip\.io|xip\.io|1u\.ms|rbndr\.us)$"
)
_NUMBER: Final = re.compile(r"^(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$")
_PLAIN_IPV4: Final = re.compile(r"^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$")
_DOTS: Final = str.maketrans("。．｡", "...")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Url:
    """One URL of a text, as far as risk is concerned."""

    scheme: str
    host: str
    """Lower case, without port and user; an address in its usual writing."""
    port: int | None
    rest: str
    """Path, query and fragment, as written."""
    host_class: HostClass
    disguised: bool
    """The host is written so that readers or filters take it for something else."""


def urls_of(text: str) -> list[Url]:
    """The URLs in a text, in their order, with an authority (`scheme://host`)."""
    found: list[Url] = []
    for match in _URL.finditer(text):
        found.append(_url(*match.groups()))
        if len(found) == URLS_LIMIT:
            break
    return found


@lru_cache(maxsize=1024)
def host_class(host: str) -> tuple[HostClass, str, bool]:
    """What a host is, its usual writing, and whether its writing disguises it."""
    host = unquote(host).translate(_DOTS).lower().rstrip(".")
    address = _address(host)
    if address is not None:
        return _class_of(address), str(address), _is_embedded(host, address)
    if rebinding := _REBINDING.search(host):
        inner = _address(_dotted(rebinding[1]))
        return (_class_of(inner) if inner else "public"), host, True
    return _class_of_name(host), host, host in {"localtest.me", "lvh.me"}


def _url(scheme: str, authority: str, rest: str) -> Url:
    user, at, host = authority.rpartition("@")
    name, port = _split_port(host)
    class_, usual, disguised = host_class(name)
    looks_like_host = bool(at) and "." in user.partition(":")[0] and not user.partition(":")[0].endswith(".")
    return Url(scheme.lower(), usual, port, rest, class_, disguised or (looks_like_host and "«" not in user))


def _split_port(host: str) -> tuple[str, int | None]:
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        port = port.removeprefix(":")
    else:
        name, _, port = host.partition(":")
    return name, int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else None


def _address(host: str) -> Address | None:
    """The address that a host is, in any form `inet_aton` or RFC 4291 takes; IPv4 inside IPv6 comes out."""
    if ":" in host:
        try:
            address = ipaddress.IPv6Address(host.partition("%")[0])
        except ValueError:
            return None
        return address.ipv4_mapped or address.sixtofour or _nat64(address) or address
    parts = host.split(".")
    if not 1 <= len(parts) <= 4 or not all(len(part) <= 32 and _NUMBER.match(part) for part in parts):
        return None
    numbers = [_number(part) for part in parts]
    *heads, last = numbers
    if any(head > 255 for head in heads) or last >= 256 ** (5 - len(parts)):
        return None
    value = last
    for position, head in enumerate(heads):
        value += head << (8 * (3 - position))
    return ipaddress.IPv4Address(value)


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part, 16)
    return int(part, 8) if part.startswith("0") else int(part)


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address in 64:ff9b::/96 (RFC 6052) and in the deprecated ::/96."""
    high, low = int(address) >> 32, int(address) & 0xFFFFFFFF
    if high == 0x0064FF9B0000000000000000 or (high == 0 and low > 0xFFFF):
        return ipaddress.IPv4Address(low)
    return None


def _is_embedded(host: str, address: Address) -> bool:
    return address.version == 4 and not _PLAIN_IPV4.match(host)


def _class_of(address: Address) -> HostClass:
    if address in _METADATA_ADDRESSES:
        return "metadata"
    if address.is_loopback or address.is_unspecified:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    return "private" if address.is_private and not _is_documentation(address) else "public"


def _is_documentation(address: Address) -> bool:
    """Of RFC 5737 and 3849, which stand for public ones in examples."""
    return any(
        address.version == network.version and address in network
        for network in _DOCUMENTATION
    )  # fmt: skip


_DOCUMENTATION: Final = tuple(
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)


def _class_of_name(host: str) -> HostClass:
    if host in _METADATA_NAMES:
        return "metadata"
    if host in _LOCAL_NAMES or host.endswith(".localhost"):
        return "loopback"
    if host in _CLUSTER_NAMES or host.endswith(_CLUSTER_SUFFIXES):
        return "cluster"
    return "private" if host.endswith((".internal", ".intranet", ".corp", ".lan")) else "public"


def _dotted(text: str) -> str:
    return f"0x{text}" if len(text) == 8 and "." not in text and "-" not in text else text.replace("-", ".")
