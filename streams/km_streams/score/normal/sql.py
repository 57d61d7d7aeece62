"""SQL, taken apart by a parser: what its statements do to data, whatever their dialect, case and comments."""

import logging
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal

import sqlglot
from sqlglot import exp

SqlEffect = Literal[
    "drop-database", "drop-table", "drop-passing", "drop-other", "truncate", "alter-drop", "delete-all", "update-all",
    "grant", "stacked", "write", "shell", "file", "tautology", "union-injection", "comment-tail",
]  # fmt: skip

TEXT_LIMIT: Final = 8 * 1024
"""Characters of a string that are parsed as SQL."""
STATEMENTS_LIMIT: Final = 50
TEXTS_KEPT: Final = 1024
"""Texts whose effects are kept: programs send the same statements again and again."""

_DIALECTS: Final = (None, "mysql")
_LIKELY: Final = re.compile(
    r"(?is)^(?:\s|--[^\n]*\n|/\*.*?\*/|\()*"
    r"(?:select|with|insert|update|delete|drop|truncate|alter|grant|revoke|create|copy|exec|execute|merge|replace|"
    r"call|begin|commit|rollback|declare|load|attach|pragma|explain|set|use|vacuum|do|shutdown|backup|restore)\b"
)
_SHELL: Final = re.compile(
    r"(?is)\bxp_cmdshell\b|\bcopy\b.{1,2000}?\b(?:from|to)\s+program\b|\bsys_(?:exec|eval)\s*\(|\bsp_oacreate\b"
    r"|\bload_extension\s*\(|\bdbms_scheduler\b|\blo_export\s*\("
)
_FILE: Final = re.compile(
    r"(?is)\binto\s+(?:out|dump)file\b|\bload_file\s*\(|\bpg_read_(?:binary_)?file\s*\(|\bopenrowset\s*\(|\bwritefile\s*\("
)
_INJECTED: Final = re.compile(
    r"(?is)^[^;]{0,200}?['\")]\s*(?:or|and)\s+(?:not\s+)?(?:'[^']*'\s*=\s*'|\d+\s*=\s*\d+|true\b|'[^']*'\s+like\s)"
)
_INJECTED_UNION: Final = re.compile(r"(?is)^[^;]{0,200}?(?:['\")]|\b\d+)\s+union\s+(?:all\s+|distinct\s+)?select\b")
_INJECTED_STATEMENT: Final = re.compile(
    r"(?is)^[^;]{0,200}?['\")]*\s*;\s*(?:drop|delete|truncate|alter|update|insert|exec(?:ute)?|grant|shutdown)\s+\w"
)
_FORMS: Final[tuple[tuple[SqlEffect, re.Pattern[str]], ...]] = (
    (
        "drop-other",
        re.compile(r"(?i)^\s*drop\s+(table|database|schema|view|index|user|role|function|trigger)\s+\S"),
    ),
    ("truncate", re.compile(r"(?i)^\s*truncate\s+(?:table\s+)?\w+\s*(?:,|cascade|restart|$)")),
    ("delete-all", re.compile(r"(?i)^\s*delete\s+from\s+\S")),
    ("update-all", re.compile(r"(?is)^\s*update\s+\S.{0,400}?\bset\s+[\w.\"`\[\]]+\s*=")),
    ("grant", re.compile(r"(?is)^\s*grant\s+.{1,400}?\bto\s")),
    ("alter-drop", re.compile(r"(?is)^\s*alter\s+\w+.{1,400}?\bdrop\s")),
)
_NARROWABLE: Final = frozenset({"delete-all", "update-all"})
_NARROWS: Final = re.compile(r"(?i)\b(?:where|limit)\b")

_ONLY_ADDS: Final = re.compile(r"(?i)^\s*(?:insert\s+into|create\s|replace\s+into)")
_HARMFUL: Final = re.compile(
    r"(?i)\b(?:drop|truncate|delete|update|grant|alter|exec|execute|copy|or|load_\w+|outfile|dumpfile|xp_\w+|pg_\w+)\b"
)
"""Words of which one stands in every statement that destroys or opens."""
_WRITING: Final = (exp.Delete, exp.Update, exp.Insert, exp.Merge, exp.Create, exp.Alter)
_PASSING: Final = re.compile(
    r"(?i)(?:^|[_.\W])(?:tmp|temp|temporary|test|tests|staging|stg|scratch|sandbox|demo|old|bak|backup|new)(?:$|[_.\W\d])"
)
"""Names of tables that are made to be dropped."""

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it quotes what it cannot read


def effects(text: str) -> frozenset[SqlEffect]:
    """What a text does if it is run as SQL; empty where it does no harm, or is no SQL."""
    return _effects(text[:TEXT_LIMIT])


@lru_cache(maxsize=TEXTS_KEPT)
def _effects(text: str) -> frozenset[SqlEffect]:
    if _LIKELY.match(text) is None or len(text.split(None, 2)) < 2:
        return frozenset(_of_injection(text))
    if _ONLY_ADDS.match(text) and _HARMFUL.search(text) is None:
        return frozenset({"write"})
    found = set(_of_forms(text))
    statements = _parsed(text)
    if statements is None:
        return frozenset(found | set(_of_words(text)))
    for statement in statements:
        found.update(_of_statement(statement))
    if len(statements) > 1 and isinstance(statements[0], exp.Select) and any(map(_changes, statements[1:])):
        found.add("stacked")
    return frozenset(found)


def injection_effects(text: str) -> frozenset[SqlEffect]:
    """What a text does where it is put into a statement of somebody else: an argument that should be a value."""
    return _injection_effects(text[:TEXT_LIMIT])


@lru_cache(maxsize=TEXTS_KEPT)
def _injection_effects(text: str) -> frozenset[SqlEffect]:
    return frozenset(_of_injection(text))


def _parsed(text: str) -> list[exp.Expression] | None:
    """Its statements; None where no dialect has them."""
    for dialect in _DIALECTS:
        try:
            parsed = sqlglot.parse(text, dialect=dialect)
        except (
            sqlglot.errors.SqlglotError,
            RecursionError,
            ValueError,
            AttributeError,
            TypeError,
            IndexError,
            KeyError,
        ):
            continue
        statements = [statement for statement in parsed[:STATEMENTS_LIMIT] if isinstance(statement, exp.Expression)]
        if not any(isinstance(statement, exp.Command) for statement in statements):
            return statements
    return None


def _of_statement(statement: exp.Expression) -> Iterator[SqlEffect]:
    yield from _of_head(statement)
    for inner in statement.find_all(exp.Delete, exp.Update):
        if isinstance(inner.this, exp.Table) and not _narrowed(inner):
            yield "delete-all" if isinstance(inner, exp.Delete) else "update-all"
    if next(statement.find_all(*_WRITING), None) is not None:
        yield "write"
    if any(_always_true(where) for where in statement.find_all(exp.Where)):
        yield "tautology"


def _of_head(statement: exp.Expression) -> Iterator[SqlEffect]:
    if isinstance(statement, exp.Drop):
        kind = _of_drop(str(statement.args.get("kind") or "").upper())
        yield "drop-passing" if kind == "drop-table" and _is_passing(statement) else kind
    elif isinstance(statement, exp.TruncateTable):
        yield "drop-passing" if _is_passing(statement) else "truncate"
    elif isinstance(statement, exp.Alter) and any(isinstance(action, exp.Drop) for action in statement.args["actions"]):
        yield "alter-drop"
    elif isinstance(statement, exp.Grant):
        yield "grant"


def _is_passing(statement: exp.Expression) -> bool:
    names = [table.name for table in statement.find_all(exp.Table)]
    return bool(names) and all(_PASSING.search(name) for name in names)


def _of_drop(kind: str) -> SqlEffect:
    if kind in {"DATABASE", "SCHEMA", "CATALOG"}:
        return "drop-database"
    return "drop-table" if kind == "TABLE" else "drop-other"


def _narrowed(statement: exp.Expression) -> bool:
    """Whether a DELETE or UPDATE names rows: a WHERE that can be false, a LIMIT, or a join."""
    where = statement.args.get("where")
    if where is None:
        return any(statement.args.get(name) for name in ("limit", "using"))
    return not _always_true(where)


def _always_true(where: exp.Expression) -> bool:
    return any(_is_true(term) for term in _disjuncts(where.this))


def _disjuncts(condition: exp.Expression) -> Iterator[exp.Expression]:
    stack = [condition]
    while stack:
        condition = stack.pop()
        if isinstance(condition, exp.Paren):
            stack.append(condition.this)
        elif isinstance(condition, exp.Or):
            stack += [condition.this, condition.expression]
        else:
            yield condition


def _is_true(condition: exp.Expression) -> bool:
    if isinstance(condition, exp.Boolean):
        return bool(condition.this)
    if isinstance(condition, exp.Literal):
        return not condition.is_string and str(condition.this) != "0"
    if not isinstance(condition, exp.EQ | exp.LTE | exp.GTE):
        return False
    left, right = condition.this, condition.expression
    if isinstance(left, exp.Literal) and isinstance(right, exp.Literal):
        return bool(left == right)
    return isinstance(left, exp.Column) and bool(left == right)


def _changes(statement: exp.Expression) -> bool:
    return isinstance(
        statement, exp.Drop | exp.Delete | exp.Update | exp.TruncateTable | exp.Alter | exp.Grant | exp.Insert
    )


def _of_forms(text: str) -> Iterator[SqlEffect]:
    if _SHELL.search(text):
        yield "shell"
    if _FILE.search(text):
        yield "file"


def _of_words(text: str) -> Iterator[SqlEffect]:
    """Of statements that the parser does not know, by their words; a statement has more of them than its first."""
    for statement in text.split(";")[:STATEMENTS_LIMIT]:
        for effect, form in _FORMS:
            match = form.match(statement)
            if match is not None and (effect not in _NARROWABLE or _NARROWS.search(statement) is None):
                yield _of_drop(match[1].upper()) if effect == "drop-other" else effect


def _of_injection(text: str) -> Iterator[SqlEffect]:
    yield from _of_forms(text)
    if _INJECTED.search(text):
        yield "tautology"
    if _INJECTED_UNION.search(text):
        yield "union-injection"
    if _INJECTED_STATEMENT.search(text) and not text.lstrip().startswith(("#", "//", "/*", "<", "{")):
        yield "stacked"
