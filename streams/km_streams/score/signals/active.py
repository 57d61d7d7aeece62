"""Family `injections`, rule `active-markup`: scripts in links, and pictures whose addresses carry data away."""

import re
from collections.abc import Iterator
from typing import Final

from km_streams.score.frame_view import Found, FrameView
from km_streams.score.normal.texts import TEXT_LIMIT, decoded_runs
from km_streams.score.ruleset import RuleSet, signal_of
from km_streams.score.signals.injections import documented

_SCRIPT_LINK: Final = re.compile(r"(?i)\]\(\s*(?:javascript:|data:text/html)[^)]{0,200}")
_SCRIPT: Final = re.compile(
    r"(?i)(?:href|src)\s*=\s*[\"']?\s*(?:javascript:[^\"'>]{0,200}?(?:fetch|cookie|eval|location|xmlhttp|import)|data:text/html)"
    r"|\bon(?:error|load)\s*=\s*[\"'][^\"']{0,80}?(?:fetch|document\.cookie|eval|location)\b"
)
_IMAGE: Final = re.compile(
    r"(?i)!\[[^\]\n]{0,200}\]\(\s*(https?://[^)\s]{1,2000})|<img[^>]{0,200}?src\s*=\s*[\"']?(https?://[^\"'>\s]{1,2000})"
)
_PLACEHOLDER: Final = re.compile(r"(?i)[{<$«\[][a-z_ ]{2,40}|=[A-Za-z0-9+/_-]{64,}|%7b")
"""In an address: something to be filled in, or something long that was."""
_CARRIED: Final = re.compile(
    r"(?i)[?&](?:data|secrets?|tokens?|payload|exfil\w*|content|leak|history|chat|context|conversation|summary|user_?data|stolen"
    r"|output|result)=[^&]{20,2000}"
)


def active_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """The first string of a server that acts, or leaks, when it is shown."""
    if frame.from_client or "active-markup" not in frame.hits:
        return
    rule = rules.family("injections")["active-markup"]
    for leaf in frame.leaves:
        text = leaf.text[:TEXT_LIMIT]
        if not leaf.is_name and (found := _activity(text)):
            evidence, kind = found
            yield signal_of(rule, leaf.path, evidence, rule.source.values[kind] * documented(text))
            return


def _activity(text: str) -> tuple[str, str] | None:
    if match := _SCRIPT_LINK.search(text) or _SCRIPT.search(text):
        return match[0], "script"
    for match in _IMAGE.finditer(text):
        address = match[1] or match[2]
        query = address.partition("?")[2]
        if _PLACEHOLDER.search(query or address):
            return address, "filled"
        if _CARRIED.search(f"?{query}") or decoded_runs(query.replace("=", " ")):
            return address, "carried"
    return None
