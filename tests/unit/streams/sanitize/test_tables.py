"""Secrets that the head of their column names, and columns that hold none."""

import pytest

from km_streams.sanitize.testing import known_sanitizer

COLUMNS = [
    "id,login,user_password\n1,ada,moonlight\n2,mira,s3cret-dune\n",
    "id;login;user_password\r\n1;ada;moonlight\r\n2;mira;s3cret-dune\r\n",
    "| login | password |\n|:---|---|\n| ada | moonlight |\n| mira | `s3cret-dune` |\n",
    " login | password\n-------+----------\n ada   | moonlight\n mira  | s3cret-dune\n(2 rows)\n",
    "INSERT INTO `users` (`login`, `password`) VALUES\n('ada', 'moonlight'),\n('it''s', 's3cret-dune');",
    "COPY public.users (login, password) FROM stdin;\nada\tmoonlight\nmira\ts3cret-dune\n\\.\n",
    "<tr><th>Login</th><th>Password</th></tr>\n<tr><td>ada</td><td>moonlight</td></tr><tr><td>-</td><td>s3cret-dune</td></tr>",
]
OTHERS = [
    "id,token_count,created\n1,382,2026-01-02\n",
    "name,primary_key,type\nusers,id,uuid\norders,order_id,bigint",
    "dump(value, skipkeys=skip_keys,\n    ensure_ascii=ensure_ascii, indent=indent)",
    "| setting | secret | default |\n|---|---|---|\n| region | no | eu-west-1 |\n",
    "INSERT INTO users (id, password) VALUES (?, ?), (:id, :password)",
    "<tr><th>Password</th></tr><tr><td>required</td></tr>",
]


@pytest.mark.parametrize("text", COLUMNS)
def test_every_row_of_a_secret_column_is_found(text: str) -> None:
    spans = known_sanitizer().detector.spans(text.encode())
    found = {text.encode()[span.start : span.end].strip(b"`") for span in spans}
    assert {b"moonlight", b"s3cret-dune"} <= found
    assert not {b"ada", b"mira"} & found


@pytest.mark.parametrize("text", OTHERS)
def test_columns_about_secrets_and_lines_of_code_are_spared(text: str) -> None:
    assert not list(known_sanitizer().detector.spans(text.encode()))
