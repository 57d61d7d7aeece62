"""What SQL does to data."""

import logging

import pytest

from km_streams.score.normal.sql import effects


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("DROP TABLE users", "drop-table"),
        ("drop/**/table users", "drop-table"),
        ("DROP DATABASE shop", "drop-database"),
        ("TRUNCATE TABLE orders", "truncate"),
        ("DELETE FROM orders", "delete-all"),
        ("DELETE FROM orders WHERE 1=1", "delete-all"),
        ("UPDATE a SET b = 1", "update-all"),
        ("UPDATE a SET b = 1 WHERE id = 2 OR 1 = 1", "update-all"),
        ("UPDATE a SET b = 1 WHERE id = id", "update-all"),
        ("ALTER TABLE a DROP COLUMN b", "alter-drop"),
        ("GRANT ALL PRIVILEGES ON *.* TO 'x'@'%'", "grant"),
        ("SELECT 1; DROP TABLE users", "stacked"),
        ("COPY t FROM PROGRAM 'id'", "shell"),
        ("EXEC master..xp_cmdshell 'dir'", "shell"),
        ("SELECT * FROM a WHERE b = 'x' OR ''=''", "tautology"),
        ("x' OR '1'='1", "tautology"),
        ("1; DROP TABLE users --", "stacked"),
        ("x' UNION SELECT password FROM users --", "union-injection"),
        ("SELECT load_file('/etc/passwd')", "file"),
        ("DROP TABLE IF EXISTS tmp_import", "drop-passing"),
        ("INSERT INTO a VALUES (1)", "write"),
        ("DELETE FROM a WHERE id = 3", "write"),
    ],
)
def test_an_effect_is_known(text: str, effect: str) -> None:
    assert effect in effects(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM orders WHERE id = 3",
        "SELECT 'DROP TABLE x'",
        "I will drop the table tomorrow",
        "update the docs where needed",
        "Delete",
        "Drop",
        "EXPLAIN SELECT 1",
        "(" * 3_000,
    ],
)
def test_what_does_no_harm_has_no_effect(text: str) -> None:
    assert effects(text) <= {"write"}


def test_changes_with_a_condition_only_write() -> None:
    assert effects("UPDATE a SET b = 1 WHERE id = 2") == {"write"}


def test_the_parser_quotes_nothing_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        effects("EXEC sp_something 'a private word'")
    assert "private" not in caplog.text
