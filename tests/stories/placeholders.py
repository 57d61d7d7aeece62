"""`{{github}}`, `{{rows:400}}` … in stories: secrets and long texts, made when a story is told and stored nowhere."""

import base64
import random
import re
import string
import sysconfig
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

_PLACE: Final = re.compile(r"\{\{([a-z]+)(\d*)(?::(\d+))?\}\}")
_ALNUM: Final = string.ascii_letters + string.digits


class Placeholders:
    """The values of one story; an equal placeholder is an equal value, a number behind it makes another one."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._made: dict[str, str] = {}

    def filled(self, value: Any, turn: int) -> Any:
        """A copy of a step with its placeholders replaced; `{{n}}` is the turn of a repeated step."""
        if isinstance(value, str):
            return _PLACE.sub(lambda match: self._value(match, turn), value)
        if isinstance(value, dict):
            return {self.filled(name, turn): self.filled(inner, turn) for name, inner in value.items()}
        return [self.filled(inner, turn) for inner in value] if isinstance(value, list) else value

    def _value(self, match: re.Match[str], turn: int) -> str:
        kind, _, size = match.groups()
        if kind == "n":
            return str(turn)
        if kind in _SIZED:
            return _SIZED[kind](self._chance, int(size))
        return self._made.setdefault(match[0], _SECRETS[kind](self._chance))


def _of(chance: random.Random, alphabet: str, length: int) -> str:
    return "".join(chance.choices(alphabet, k=length))


def _card(chance: random.Random) -> str:
    digits = "4" + _of(chance, string.digits, 14)
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(digits))
    total = sum(number - 9 if number > 9 else number for number in doubled)
    return digits + str(-total % 10)


def _jwt(chance: random.Random) -> str:
    head, body = '{"alg":"HS256","typ":"JWT"}', f'{{"sub":"{_of(chance, string.digits, 10)}","exp":1893456000}}'
    parts = (base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in (head, body))
    return ".".join((*parts, _of(chance, _ALNUM + "-_", 43)))


def _pem(chance: random.Random) -> str:
    lines = "\n".join(_of(chance, _ALNUM + "+/", 64) for _ in range(12))
    begin, end = (f"-----{word} OPENSSH PRIVATE KEY-----" for word in ("BEGIN", "END"))
    return f"{begin}\nb3BlbnNzaC1rZXktdjEAAAAA{lines}\n{end}"


def _rows(chance: random.Random, count: int) -> str:
    names = ("ada", "jon", "mei", "luis", "hanna", "priya")
    made = (f"{n} | {chance.choice(names)}{n}@example.org | {_of(chance, string.digits, 8)}" for n in range(count))
    return "id | email | phone\n" + "\n".join(made)


@cache
def _library() -> str:
    folder = Path(sysconfig.get_paths()["stdlib"])
    return "".join((folder / name).read_text(encoding="utf-8") for name in ("argparse.py", "csv.py", "shutil.py"))


def _filler(chance: random.Random, length: int) -> str:
    begin = chance.randrange(2_000)
    return _library()[begin : begin + length]


_SIZED: Final[dict[str, Callable[[random.Random, int], str]]] = {
    "filler": _filler,
    "rows": _rows,
    "hex": lambda chance, size: _of(chance, "0123456789abcdef", size),
    "blob": lambda chance, size: base64.b64encode(chance.randbytes(size * 3 // 4)).decode(),
}
_SECRETS: Final[dict[str, Callable[[random.Random], str]]] = {
    "github": lambda chance: "gh" + "p_" + _of(chance, _ALNUM, 36),
    "aws": lambda chance: "AK" + "IA" + _of(chance, string.ascii_uppercase + "234567", 16),
    "slack": lambda chance: (
        "xo" + f"xb-{_of(chance, string.digits, 12)}-{_of(chance, string.digits, 13)}-" + _of(chance, _ALNUM, 24)
    ),
    "stripe": lambda chance: "sk" + "_live_" + _of(chance, _ALNUM, 24),
    "card": _card,
    "jwt": _jwt,
    "pem": _pem,
}
