"""Secrets without a form of their own, told from identifiers, prose and code."""

import json
import secrets
import string

import pytest

from km_streams.sanitize.bigrams import surprise
from km_streams.sanitize.plausibility import is_passphrase, is_plausible, is_wordlike
from km_streams.sanitize.testing import known_sanitizer

SAID = [
    ("the passphrase is correct horse battery staple", "horse battery"),
    ("Password: sunshine", "sunshine"),
    ("my password is Tr0ub4dor&3.", "Tr0ub4dor&3"),
    ("DB_PASSWORD=correcthorse\nX=1", "correcthorse"),
    ("password = sunshine\n", "sunshine"),
    ("password: correct-horse-battery-staple", "battery"),
    ("The secret key is qwTyzzPlmn", "qwTyzzPlmn"),
    ("the password is hunter2 correct horse", "hunter2"),
    ("login with admin / S3cr3t!", "S3cr3t!"),
    ("Login with user ada and password FlowerOlive02", "FlowerOlive02"),
    ("use passphrase nectar glacier orchid to unlock", "glacier"),
    ("My password for the VPN is garnet walnut orchid banjo, please keep it.", "walnut"),
    ("Das Passwort lautet Basil53$", "Basil53$"),
    ("mot de passe : cobalt77", "cobalt77"),
    ('password := "sunshine"', "sunshine"),
    ("connect(host='db', password='orchid dune')", "orchid dune"),
    ('props.setProperty("db.password", "winter-hollow");', "winter-hollow"),
    ("ALTER USER ada WITH PASSWORD 'cahblkujz';", "cahblkujz"),
    ("<db_password>MonkeyTrouble</db_password>", "MonkeyTrouble"),
    ("| user | ada |\n| password | Monkey96 |", "Monkey96"),
    ("- name: DB_PASSWORD\n  value: s3cret-dune", "s3cret-dune"),
    ("tool --db-password 'orchiddune' run", "orchiddune"),
    ('{"env": [{"name": "smtp-password", "value": "h@rb0r"}]}', "h@rb0r"),
    ("api_key = 'aead621e-3564-47fe-81ac-236fa006c396'", "aead621e"),
]
SPARED = [
    "password: str = None",
    "The password must be at least 8 characters",
    "token: get_token()",
    "def login(user, password):\n    self.password = password\n    token=self._token",
    "password is required",
    "const token = await getToken();",
    "the secret of success is hard work",
    "api_key: string; // key",
    "password=os.getenv('X')",
    "parser.add_argument('--password', help='the password to use')",
    "the api key is stored in the environment",
    "Token: identifier",
    "access_token: expires_in",
    "Password: ********",
    "fields = ['password', 'email', 'token', 'created_at']",
    "styles = {Token: '#dcdccc', Error: '#e37170 bold'}",
    "| username | password | email | created |",
    "password reset link sent, password policy changed",
    "the token cl100k_base of the tokenizer",
    "username, password = split",
    "serverConfig.PrivateKey = testECDSAPrivateKey",
    "secret/db-credentials configured",
    '{"secretName": "db-credentials", "keyboard": "us-intl", "csrf_token_field": "csrfmiddlewaretoken"}',
    "def login(self, user='', passwd='', acct=''):",
    '"login.password": "Passwort"',
    "password: ${{ secrets.DB_PASSWORD }}",
    "the --password option is deprecated",
    "localStorage.getItem('token') and sessionStorage.token",
]


def findings(frame: object) -> int:
    return len(known_sanitizer().sanitize(json.dumps(frame).encode(), 0).findings)


@pytest.mark.parametrize(("text", "secret"), SAID)
def test_what_a_text_says_a_secret_is_is_replaced(text: str, secret: str) -> None:
    result = known_sanitizer().sanitize(json.dumps({"t": text}).encode(), 0)
    assert result.findings
    assert secret not in result.data.decode()


@pytest.mark.parametrize("text", SPARED)
def test_prose_and_code_about_secrets_are_spared(text: str) -> None:
    assert findings({"t": text}) == 0


@pytest.mark.parametrize("name", ["name", "key", "env"])
def test_a_pair_of_members_names_its_value_in_either_order(name: str) -> None:
    assert findings({name: "SERVICE_API_KEY", "value": "opaque"}) == 1
    assert findings([{"value": "opaque", name: "DB_PASSWORD"}, {name: "LANG", "value": "C"}]) == 1


@pytest.mark.parametrize("value", ["next", "user_id", "refresh_token_endpoint", "sha256", "AccessTokenProvider"])
def test_a_name_that_says_little_needs_a_value_that_looks_random(value: str) -> None:
    assert findings({"token": value}) == 0
    assert findings({"token": "g7Xp_q2LzV0kRt4wM"}) == 1


def test_random_strings_surprise_and_identifiers_do_not() -> None:
    for _ in range(20):
        assert surprise("".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(24)).encode()) > 6.5
    for word in (b"get_session_token", b"kubernetes", b"connection_timeout"):
        assert surprise(word) < 5
        assert is_wordlike(word)
        assert not is_plausible(word)


def test_a_passphrase_is_words_that_make_no_sentence() -> None:
    assert is_passphrase(b"blue llama dances")
    assert not is_passphrase(b"must be at least eight")
    assert not is_passphrase(b"llama")
