"""Families `files`, `traversal` and `persistence`: the paths that a client's request names."""

import re
from collections.abc import Iterator
from typing import Final

from km_streams.score.frame_view import Found, FrameView, Mark
from km_streams.score.normal.paths import WORD_LIMIT, candidates, steps_up
from km_streams.score.ruleset import CompiledRule, RuleSet, signal_of
from km_streams.score.signals.arguments import Argument, arguments_of

_EVIDENCE_LENGTH: Final = 64
_SETTING: Final = re.compile(
    r"^\s*echo\s+[\"']?(?:export\s+(?:PATH|EDITOR|LANG|[A-Z_]*HOME)=|alias\s+\w+=)[^;&|`]*>>\s*\S+\s*$"
)
"""A line that only sets a path or a short name for a shell."""
_MENTIONED: Final = 0.25
"""Of a weight, where a path stands in text that is only kept."""
_LOOKED_AT: Final = ("path-traversal", "persistence")


def file_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """One signal for each rule about sensitive files that a request matches, with the path of the first match."""
    if not frame.from_client or frame.hits.isdisjoint(rules.ids["files"]):
        return
    seen: set[str] = set()
    for argument in arguments_of(frame):
        for rule, evidence in _matches(argument.text, rules.family("files")):
            if rule.label not in seen:
                seen.add(rule.label)
                factor = _MENTIONED if argument.role == "content" or _is_target(argument, evidence) else 1.0
                path = argument.leaf.path
                yield signal_of(rule, path, evidence[-_EVIDENCE_LENGTH:], rule.source.weight * factor)
                if factor == 1.0:
                    yield Mark("sensitive-read", rule.source.id, path)


def _is_target(argument: Argument, path: str) -> bool:
    """Whether a command only writes to a path, or leaves it out: `> .env`, `-e .env`."""
    if argument.role != "command":
        return False
    name = re.escape(path.rpartition("/")[2])
    target = rf"(?i)(?:>>?\s*|\s-e\s+|--exclude[= ]|\btouch\s+)[\w~./\\\"'$-]*{name}(?:[\"'\s;&|]|$)"
    return re.search(target, argument.text) is not None


def traversal_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """Paths that climb out of where they start, or hide that they do."""
    if not frame.from_client or frame.hits.isdisjoint(rules.ids["traversal"]):
        return
    encoded, climbing = (rules.family("traversal")[name] for name in ("encoded-traversal", "climbing-path"))
    for argument in arguments_of(frame):
        if argument.role in {"content", "command", "sql"} or len(argument.text) > WORD_LIMIT:
            continue
        if argument.role == "url" and "://" in argument.text and not argument.text.lower().startswith("file:"):
            continue
        if weight := _climb(argument.text, climbing):
            hidden = _hides(argument.text)
            rule = encoded if hidden else climbing
            shown = argument.text[:_EVIDENCE_LENGTH]
            yield signal_of(rule, argument.leaf.path, ascii(shown)[1:-1], encoded.source.weight if hidden else weight)
            return


def persistence_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """Requests that write where something runs later, or set up that it does."""
    if not frame.from_client or frame.hits.isdisjoint(rules.ids["persistence"]):
        return
    family = rules.family("persistence")
    arguments = arguments_of(frame)
    writes = any(argument.writes or (argument.role == "content" and len(arguments) > 1) for argument in arguments)
    seen: set[str] = set()
    for argument in arguments:
        for rule, evidence in _persistent(argument, family):
            weight = _weight_of_place(rule, argument, writes=writes)
            if weight and rule.label not in seen:
                seen.add(rule.label)
                yield signal_of(rule, argument.leaf.path, evidence[-_EVIDENCE_LENGTH:], weight)


def _persistent(argument: Argument, family: dict[str, CompiledRule]) -> Iterator[tuple[CompiledRule, str]]:
    by_command = family["persistence-by-command"]
    match = by_command.pattern.search(argument.text.encode("utf-8", "replace")) if by_command.pattern else None
    if match is not None:
        yield by_command, argument.text.encode("utf-8", "replace")[slice(*match.span())].decode("utf-8", "replace")
    places = {name: rule for name, rule in family.items() if rule is not by_command}
    yield from _matches(argument.text, places)


def _weight_of_place(rule: CompiledRule, argument: Argument, *, writes: bool) -> float:
    values = rule.source.values
    if argument.role == "content":
        return rule.source.weight * values["kept"]
    if argument.role == "command":
        if _SETTING.search(argument.text) and "curl" not in argument.text:
            return values.get("setting", rule.source.weight)
        return (
            rule.source.weight
            if "read" not in values or _command_writes(argument.text)
            else rule.source.weight * values["read"]
        )
    return rule.source.weight if writes else rule.source.weight * values.get("read", 0.0)


def _command_writes(text: str) -> bool:
    return any(
        sign in f" {text} "
        for sign in (">", " tee ", " cp ", " mv ", " install ", " ln ", "sed -i", " crontab ", " dd ")
    )


def _matches(text: str, family: dict[str, CompiledRule]) -> Iterator[tuple[CompiledRule, str]]:
    paths = candidates(text)
    lines = [path.encode("utf-8", "replace") for path in paths]
    together = b"\n".join(lines)
    awake = [rule for rule in family.values() if rule.pattern and rule.pattern.search(together)]
    for path, line in zip(paths, lines, strict=True) if awake else ():
        for rule in awake:
            if rule.pattern and rule.pattern.search(line):
                yield rule, path


def _climb(text: str, rule: CompiledRule) -> float:
    values = rule.source.values
    up = steps_up(text)
    absolute = text.startswith(("/", "\\", "file:")) or text[1:3] in {":\\", ":/"}
    if up >= values["steps"]:
        return rule.source.weight
    if absolute and up == 0 and ("../.." in text or "..\\.." in text or _leaves_its_start(text)):
        return values["absolute"]
    if absolute and up:
        return rule.source.weight
    hidden_weight = 1.0 if up and _hides(text) else 0.0
    return hidden_weight or (values["two"] if up == 2 else 0.0)


def _leaves_its_start(path: str) -> bool:
    """Whether an absolute path climbs back to its first directory or above it: `/srv/data/../../etc`."""
    steps = [step for step in path.replace("\\", "/").split("/") if step not in {"", "."}]
    depth = 0
    for position, step in enumerate(steps):
        depth += -1 if step == ".." else 1
        if step == ".." and depth <= 0 and position > 1:
            return True
    return False


def _hides(text: str) -> bool:
    lower = text.lower()
    return any(
        sign in lower for sign in ("%2e", "%2f", "%5c", "%c0%a", "%c1%9c", "%252", "%u00", "....", "..;/", "\0", "%00")
    )
