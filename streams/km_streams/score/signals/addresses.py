"""Family `addresses`: the hosts that a client's request names."""

import re
from collections.abc import Iterator
from typing import Final

from km_schemas.records import Signal
from km_streams.score.frame_view import Found, FrameView, Mark
from km_streams.score.normal.hosts import Url, host_class, urls_of
from km_streams.score.ruleset import CompiledRule, Family, RuleSet, signal_of
from km_streams.score.signals.arguments import Argument, arguments_of

_EVIDENCE_LENGTH: Final = 100
_RISKY_PORTS: Final = frozenset({22, 23, 2375, 2376, 2379, 6379, 6443, 8500, 9200, 10250, 10255, 11211, 27017})
"""Of services that trust whoever reaches them: Docker, etcd, Redis, Kubernetes, Consul, Elasticsearch, memcached."""
_BARE_HOST: Final = re.compile(r"^[\w.:\[\]-]{3,256}$")
_MAIL_HOST: Final = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63})+)")
_TOKEN: Final = re.compile(r"«(?:email|phone|iban):[^»]{1,80}»")


def address_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """One signal for each rule that an address of a request matches; every outside host as a mark."""
    if not frame.from_client:
        return
    yield from _recipients(frame)
    if frame.hits.isdisjoint(rules.ids["addresses"]):
        return
    named = [(argument, url) for argument in arguments_of(frame) for url in _urls(argument)]
    hosts = {url.host: argument for argument, url in reversed(named) if argument.role != "content"}
    classes = {url.host: url.host_class for _, url in named}
    for host in sorted(hosts):
        if classes[host] == "public":
            yield Mark("destination", host, hosts[host].leaf.path)
    yield from _worst(named, rules.family("addresses"))


def _worst(named: list[tuple[Argument, Url]], family: Family) -> Iterator[Signal]:
    best: dict[str, tuple[float, Argument, Url]] = {}
    for argument, url in named:
        for rule, of_url in _verdicts(url, family):
            weight = of_url * rule.source.values["kept"] if argument.role == "content" else of_url
            if rule.source.id not in best or weight > best[rule.source.id][0]:
                best[rule.source.id] = weight, argument, url
    for name, (weight, argument, url) in sorted(best.items()):
        yield signal_of(family[name], argument.leaf.path, f"{url.scheme}://{url.host}"[:_EVIDENCE_LENGTH], weight)


def _urls(argument: Argument) -> list[Url]:
    found = urls_of(argument.text) if "://" in argument.text else []
    if not found and argument.role == "url" and _BARE_HOST.match(argument.text):
        class_, usual, disguised = host_class(argument.text.strip("[]").partition(":")[0])
        if class_ != "public":
            found = [Url("", usual, None, "", class_, disguised)]
    return found


def _verdicts(url: Url, family: Family) -> Iterator[tuple[CompiledRule, float]]:
    local, odd = family["local-address"], family["odd-scheme"]
    if url.host_class == "metadata":
        yield family["metadata-address"], family["metadata-address"].source.weight
    elif url.host_class in {"loopback", "private", "link-local", "cluster"}:
        risky = url.host_class in {"loopback", "private"} and url.port in _RISKY_PORTS
        yield local, local.source.values["service" if risky else url.host_class]
    if url.disguised:
        yield family["disguised-address"], family["disguised-address"].source.weight
    if url.scheme in odd.source.words["schemes"]:
        yield odd, odd.source.weight
    drop = family["drop-address"]
    is_drop = drop.pattern is not None and drop.pattern.search(url.host.encode("utf-8", "replace")) is not None
    if is_drop or _COLLECTS.search(f"{url.host}{url.rest}"):
        yield drop, drop.source.weight


_COLLECTS: Final = re.compile(r"^(?:discord(?:app)?\.com/api/webhooks/|api\.telegram\.org/bot|pastebin\.com/api)")


def _recipients(frame: FrameView) -> Iterator[Mark]:
    """Whom a request writes to: tokens of addresses, and hosts of mail addresses."""
    findings = frame.event.findings
    if not findings or not any(finding.type in {"email", "phone", "iban"} for finding in findings):
        return
    for argument in arguments_of(frame):
        if argument.role == "recipient":
            for token in _TOKEN.findall(argument.text)[:20]:
                yield Mark("destination", token, argument.leaf.path)
            for host in _MAIL_HOST.findall(argument.text)[:20]:
                yield Mark("destination", host.lower(), argument.leaf.path)
