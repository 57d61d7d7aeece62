"""Where values stand: prose, configuration, code, commands, addresses, headers, logs, tables, pages.

`{}` is the value, `{n}` a name under which secrets are kept, `{w}` the word that says what a personal value is.
"""

from typing import Final

FORMED: Final[dict[str, tuple[str, ...]]] = {
    "prose": (
        "Please use {} for the deployment.",
        "I rotated it, the new one is {}, the old one stops working tomorrow.",
        "Found `{}` in the history (see below).",
        "Ihr neuer Schlüssel: {}. Bitte nicht weitergeben.",
    ),
    "env": ("API_HOST=example.org\nVENDOR={}\nDEBUG=0\n", 'export X="{}"'),
    "yaml": ("service:\n  auth:\n    value: {}\n    retries: 3\n", "- name: X\n  value: '{}'\n"),
    "json text": ('{"auth": {"value": "{}", "id": 7}}', '[1, "{}", null]'),
    "python": ('client = Client("{}", timeout=3)', "CONFIG = {'x': '{}'}  # from the wiki"),
    "javascript": ("const client = new Client({ auth: `{}` });", 'fetch(url, {headers: {"X-Auth": "{}"}})'),
    "go": ('client := vendor.New("{}")\nif err != nil {\n', "var auth = `{}`"),
    "java": ('private static final String AUTH = "{}";',),
    "ruby": ("Vendor.configure { |c| c.auth = '{}' }",),
    "php": ("$config['auth'] = '{}';",),
    "shell": ("curl -s https://api.example.org/v1/me -H 'X-Auth: {}' | jq .", "vendor login --with {} --force"),
    "url": ("https://api.example.org/v1/things?auth={}&page=2",),
    "header": ("Authorization: Bearer {}", "GET /v1 HTTP/1.1\r\nHost: api.example.org\r\nX-Auth: {}\r\n\r\n"),
    "log": ("2026-11-23T10:22:31Z INFO auth ok value={} user=17", "[error] 401 for {} (3 tries)"),
    "sql": ("INSERT INTO settings (k, v) VALUES ('auth', '{}');", "| id | value |\n|----|----|\n| 17 | {} |"),
    "markdown": ("# Setup\n\n1. Put `{}` into the file\n2. Restart\n", "**Auth:** {}\n"),
    "trace": ('Traceback (most recent call last):\n  File "a.py", line 3, in <module>\nAuthError: bad value: {}\n',),
    "html": ('<input type="hidden" name="auth" value="{}">', "<td>{}</td>"),
    "csv": ("id,name,auth\n17,ci,{}\n",),
    "diff": ("@@ -1,2 +1,2 @@\n-auth = old\n+auth = {}\n",),
    "dockerfile": ("FROM debian\nENV AUTH={}\nRUN make\n",),
}

SECRET_NAMES: Final = {
    "password": ("password", "passwd", "db_password", "DB_PASSWORD", "dbPassword", "smtp-password", "admin.password"),
    "key": ("api_key", "apiKey", "API_KEY", "secret_key", "clientSecret", "auth_token", "access-token", "X_API_TOKEN"),
}

NAMED: Final[dict[str, tuple[str, ...]]] = {
    "env": ("HOST=db\n{N}={}\nPORT=5432\n", "export {N}='{}'\n", '{N}="{}"'),
    "yaml": ("user: ada\n{n}: {}\nport: 5432\n", 'db:\n  {n}: "{}"\n', "  - {n}: '{}'\n"),
    "ini": ("[db]\nhost = db\n{n} = {}\n", "{n}={}\r\nport=1\r\n"),
    "json text": ('{"host": "db", "{n}": "{}"}', '{\n  "{n}" : "{}"\n}'),
    "python": ('{p} = "{}"\nconnect({p})', "connect(host='db', {p}='{}')", 'cfg["{n}"] = "{}"'),
    "javascript": ("const {p} = '{}';", "{ {p}: '{}', port: 1 }", "client.{p} = `{}`;"),
    "go": ('{p} := "{}"', 'cfg.{p} = "{}"'),
    "java": ('String {p} = "{}";', 'props.setProperty("{n}", "{}");'),
    "ruby": ("{p}: '{}',", ":{p} => '{}'"),
    "php": ("'{p}' => '{}',", "define('{N}', '{}');"),
    "shell": ("tool --{k} '{}' run", 'tool --{k}="{}"', "{N}='{}' ./run.sh"),
    "sql": ("ALTER USER ada WITH PASSWORD '{}';", "CREATE USER 'ada'@'%' IDENTIFIED BY '{}';"),
    "xml": ("<{p}>{}</{p}>", '<property name="{n}" value="{}"/>'),
    "terraform": ('{p} = "{}"', 'variable "{p}" {\n  type    = string\n  default = "{}"\n}\n'),
    "error": ("Invalid {p} '{}' supplied",),
    "csv": ("id,{p},created\n1,{},2026-01-02\n",),
    "sql rows": ("INSERT INTO users (id, {p}) VALUES (1, '{}');",),
    "code span": ("Set `{N}` to `{}` in staging.",),
    "log": ('level=info msg="login" {p}="{}" user=ada',),
    "html": ('<input type="password" name="{n}" value="{}">',),
    "markdown": ("| host | db |\n| {n} | {} |\n", "- **{n}**: `{}`\n"),
}
"""{N}: the name in capitals; {p}: as identifiers of programs have it; {k}: with dashes."""

PASSWORD_PROSE: Final = (
    "The password is {}.",
    "the password is {}",
    "Password: {}",
    "password: {}\nThanks!",
    "My password for the VPN is {}, please keep it.",
    "your temporary password is: {}",
    "Login with user ada and password {}",
    "log in as admin / {}",
    "Credentials: admin:{}",
    "username: ada, password: {}",
    "user ada pw {}",
    "Passwort: {}",
    "Das Passwort lautet {}",
    "mot de passe : {}",
    "contraseña: {}",
    'The password is "{}" and it expires.',
    "I set the root password to {} yesterday.",
    "use passphrase {} to unlock",
    "ssh root@10.0.0.5 (pw: {})",
)
KEY_PROSE: Final = (
    "The API key is {}.",
    "api key: {}",
    "Here is your access token: {}",
    "use the token {} to log in",
    'my secret key is "{}"',
    "client secret = {}",
)
MEMBER_NAMES: Final = {
    "password": ("password", "Password", "dbPassword", "db_password", "DB-PASSWORD", "user_pass", "passphrase", "pwd"),
    "key": ("api_key", "apiKey", "x-api-key", "client_secret", "accessToken", "SECRET_KEY", "privateKey", "auth_token"),
}

PERSONAL: Final[dict[str, tuple[str, ...]]] = {
    "prose": ("Her {w} is {}, please check.", "{w}: {}", "{w} = {}", "Please update my {w} to {} today."),
    "form": ("Name: Ada\n{w}: {}\nCity: London\n", "{w}\t{}\n"),
    "log": ('INFO customer updated {w}="{}" id=17',),
    "html": ("<dt>{w}</dt><dd>{}</dd>",),
    "markdown": ("| {w} | {} |", "- {w}: `{}`"),
    "csv": ("id,{w},city\n1,{},London\n",),
}
ALONE: Final = frozenset(
    {"email", "visa", "mastercard", "mastercard 2-series", "american express", "discover", "iban de", "iban gb",
     "iban fr", "us ssn", "br cpf", "it codice fiscale", "international phone"}
)  # fmt: skip
"""Kinds that say themselves what they are."""
ALONE_PLACES: Final = ("Please contact {} soon.", "{}", "(1, 'x', '{}')", '{"row": ["{}", 3]}', "see {}; then go on")
CALLS: Final = (
    "call me at {}",
    "Tel.: {}",
    "mobile {} (evenings)",
    "Fax {}",
    "phone number is {}",
    "ring {} after six",
)
