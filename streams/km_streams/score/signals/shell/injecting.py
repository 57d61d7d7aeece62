"""Commands hidden in arguments that are none: behind separators, in substitutions, as options, as code (taxonomy 6)."""

import re
from collections.abc import Iterator
from typing import Final

from km_streams.score.ruleset import CompiledRule
from km_streams.score.signals.shell import Verdict

_PROSE_LENGTH: Final = 400
"""Characters from which a text of several lines is prose or code, and no value."""
_SEPARATED: Final = re.compile(
    r"(?:;|\|\|?|&&?|\n|%0a|%3b|%7c)\s*([\w./-]{1,40})(?=\s|$|;|\||&|>|<|`|\$)"
    r"|\$\(\s*([\w./-]{1,40})[^)]{0,500}\)|`\s*([\w./-]{1,40})[^`]{0,500}`",
    re.IGNORECASE,
)
_OPTION: Final = re.compile(
    r"(?i)^\s*--?(?:upload-pack|receive-pack|exec|open-files-in-pager|post-file|proxycommand|checkpoint-action|to-command|rsh"
    r"|use-compress-program|o\s*proxycommand)\b|^\s*-c\s+\w+\.\w+=|^\s*--(?:output|config)=/|\bext::"
)
_TEMPLATE: Final = re.compile(
    r"(?i)__import__\(|require\(.child_process|process\.binding|\{\{.{0,80}?(?:__class__|constructor|self\.)|\$\{jndi:"
    r"|os\.(?:system|popen)\(|\$\{ifs\}"
)


def injecting(text: str, rule: CompiledRule) -> Iterator[Verdict]:
    """The first command hidden in a text that should be a value."""
    if "\n" in text and len(text) > _PROSE_LENGTH:
        return
    tools = rule.source.words["tools"]
    for match in _SEPARATED.finditer(text):
        word = (match[1] or match[2] or match[3]).rpartition("/")[2].lower()
        if word in tools and not _in_prose(text, match):
            yield rule.source.weight, text[max(0, match.start() - 20) :]
            return
    if _OPTION.search(text):
        yield rule.source.values["option"], text
    elif _TEMPLATE.search(text):
        yield rule.source.values["code"], text


def _in_prose(text: str, match: re.Match[str]) -> bool:
    """Whether what stands behind a separator reads as words of a sentence: `cats; find them at home`."""
    if match[1] is None:
        return False
    behind = sum(word.isalpha() and word.islower() for word in text[match.end() :].split()[:4])
    ahead = len(text[: match.start()].split())
    return ahead >= 2 and behind >= 3 and not any(sign in text for sign in ("/", "$", ">", "-"))
