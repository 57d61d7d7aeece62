"""Hides what looks like a secret from whoever looks over a shoulder. A simple local rule, and no more than that. Pure.

Hidden are values of names that speak of secrets, words that begin as well-known keys do, passwords in addresses, and
private keys. The rules that decide what leaves the sanitizer are others, far stricter, and are not on this machine.
"""

import re
from typing import Final

MASK: Final = "«masked»"
RULE: Final = (
    "Secrets are masked by a simple rule (names such as password or token, the beginnings of well-known keys); "
    "others may show. --raw masks nothing."
)

_NAMES: Final = (
    r"(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|authorization|credential|cookie)"
)
# Between name and value; with quotes also as they stand in a string of JSON. A bare value behind a name in quotes is a
# number of JSON, and no secret.
_IS: Final = r"(?:\\?[\"']\s{0,4}[=:]\s{0,8}\\?[\"']|\s{0,4}[=:]\s{0,8}[\"']?)"
_OPTION: Final = rf"--?[\w-]{{0,40}}{_NAMES}[\w-]{{0,40}}"
_RULES: Final = (
    # "apiToken": "…", a JSON string to its end
    (re.compile(rf'("[\w.-]{{0,40}}{_NAMES}[\w.-]{{0,40}}"\s{{0,8}}:\s{{0,8}}")(?:[^"\\]|\\.)+', re.IGNORECASE), r"\1"),
    # token=…, and JSON inside a string: \"token\": \"…
    (re.compile(rf"({_NAMES}[\w.-]{{0,40}}{_IS})[^\s\"'\\,;&«]+", re.IGNORECASE), r"\1"),
    # Arguments: "--api-key", "…" in a list, on one line or two, with the marks of a difference; - --api-key in YAML
    (re.compile(rf'("{_OPTION}"\s{{0,8}},[\s+-]{{0,80}}")(?:[^"\\]|\\.)+', re.IGNORECASE), r"\1"),
    (re.compile(rf"(- {_OPTION}\r?\n[ +-]\s{{0,80}}- )[^\r\n]+", re.IGNORECASE), r"\1"),
    (re.compile(r"\b((?:Bearer|Basic) )[\w.~+/=-]{6,}", re.IGNORECASE), r"\1"),
    (re.compile(r"(://[^\s/@:]{1,64}:)[^\s/@]{1,256}(?=@)"), r"\1"),
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|sk-|xox[abeprs]-|AKIA|ASIA|AIza|npm_|eyJ)[\w.-]{8,}"), ""),
    (re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}-----)?"), ""),
)  # fmt: skip


def masked(text: str) -> str:
    """The text with MASK in place of each value hidden."""
    for pattern, kept in _RULES:
        text = pattern.sub(kept + MASK, text)
    return text
