"""Family `sampling`: what a server asks its client for, in both eras (`inputRequests` since MCP 2026-07-28)."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from km_streams.json_path import Step, normalized_path
from km_streams.score.exchange import Answer, JsonObject, Request, member
from km_streams.score.frame_view import Found, FrameView
from km_streams.score.normal.hosts import urls_of
from km_streams.score.normal.texts import plain
from km_streams.score.ruleset import CompiledRule, Family, RuleSet, signal_of

_Asked = tuple[str, JsonObject, tuple[Step, ...]]
"""Method and params of what is asked, and where the params stand."""
_STRINGS_LIMIT: Final = 500
_BARE_ADDRESS: Final = re.compile(r"[\d.]+$|[0-9a-f:]*:[0-9a-f:]*$|«ip")
_NOT_ASKED: Final = re.compile(
    r"\b(?:do not|don't|never|not) (?:\w+ ){0,3}(?:enter|share|send|provide|type|include|need|give|ask|submit)\b"
)


def sampling_signals(frame: FrameView, rules: RuleSet) -> Iterable[Found]:
    """What is wrong with each thing that a server asks for."""
    return _signals(frame, rules.family("sampling")) if asks(frame) else ()


def asks(frame: FrameView) -> bool:
    """Whether a server asks for anything."""
    for exchange in () if frame.from_client else frame.exchanges:
        part = exchange.part
        if isinstance(part, Request) or (isinstance(part, Answer) and "inputRequests" in part.members):
            return True
    return False


def _signals(frame: FrameView, family: Family) -> Iterator[Found]:
    for method, params, steps in _asked(frame):
        if method == "elicitation/create":
            yield from _elicitation(params, steps, family)
        elif method == "sampling/createMessage":
            yield from _sampling(params, steps, family)


def _asked(frame: FrameView) -> Iterator[_Asked]:
    for exchange in frame.exchanges:
        part = exchange.part
        if isinstance(part, Request):
            yield part.method, part.params, (*exchange.root, "params")
        elif isinstance(part, Answer) and "inputRequests" in part.members:
            for name, asked in member(part.result, "inputRequests").items():
                method = asked.get("method") if isinstance(asked, dict) else None
                if isinstance(method, str):
                    yield method, member(asked, "params"), (*exchange.root, "result", "inputRequests", name, "params")


def _elicitation(params: JsonObject, steps: tuple[Step, ...], family: Family) -> Iterator[Found]:
    secret, link = family["elicited-secret"], family["elicited-by-link"]
    for path, text in _strings(params, steps):
        said = plain(re.sub(r"[_-]+|(?<=[a-z])(?=[A-Z])", " ", text))
        if secret.pattern and secret.pattern.search(said.encode("utf-8", "replace")) and not _NOT_ASKED.search(said):
            yield signal_of(secret, normalized_path(path), said)
            break
    url = params.get("url")
    if isinstance(url, str):
        for found in urls_of(url):
            if found.scheme != "https" or found.disguised or _BARE_ADDRESS.match(found.host):
                yield signal_of(link, normalized_path((*steps, "url")), f"{found.scheme}://{found.host}")


def _sampling(params: JsonObject, steps: tuple[Step, ...], family: Family) -> Iterator[Found]:
    context = params.get("includeContext")
    if context == "allServers":
        yield signal_of(family["sampling-of-other-servers"], normalized_path((*steps, "includeContext")), "allServers")
    yield from _much(params.get("maxTokens"), steps, family["sampling-of-much"])
    orders = family["sampling-with-orders"]
    for path, text in _strings(params, steps):
        said = plain(text).encode("utf-8", "replace")
        match = orders.pattern.search(said) if orders.pattern else None
        if match is not None:
            yield signal_of(orders, normalized_path(path), said[slice(*match.span())].decode("utf-8", "replace"))
            return


def _much(tokens: object, steps: tuple[Step, ...], rule: CompiledRule) -> Iterator[Found]:
    values = rule.source.values
    if isinstance(tokens, int | float) and tokens >= values["much"]:
        weight = rule.source.weight if tokens >= values["very-much"] else values["much-weight"]
        yield signal_of(rule, normalized_path((*steps, "maxTokens")), str(tokens)[:32], weight)


def _strings(value: object, steps: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], str]]:
    """The strings and member names below a value."""
    stack: list[tuple[tuple[Step, ...], object]] = [(steps, value)]
    for _ in range(_STRINGS_LIMIT):
        if not stack:
            return
        at, value = stack.pop()
        if isinstance(value, str):
            yield at, value
        elif isinstance(value, dict):
            for name, inner in reversed(value.items()):
                if name != "_meta":
                    stack += [((*at, name), inner), ((*at, name), name)]
        elif isinstance(value, list):
            stack += [((*at, place), value[place]) for place in range(len(value) - 1, -1, -1)]
