# ruff: noqa: E501 - a kind in a line where one can
"""What only looks sensitive: nothing of it may be replaced."""

import base64
import hashlib
import json
import random
from collections.abc import Callable
from typing import Final

from .values import ALNUM, CROCKFORD, DIGITS, HEX, LOWER, UPPER, URLSAFE, WORDS, of, uuid4

Maker = Callable[[random.Random], object]


def one_of(*texts: str) -> Maker:
    """One of fixed texts."""
    return lambda chance: chance.choice(texts)


def _sha(chance: random.Random) -> str:
    return of(chance, HEX, 40)


def _order(chance: random.Random) -> str:
    """A number of 16 digits that no issuer of cards begins with, or whose check digit is wrong."""
    while True:
        number = of(chance, "4569", 1) + of(chance, DIGITS, 15)
        total = sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(reversed(number)))
        if total % 10:
            return number


def _hexdump(chance: random.Random) -> str:
    rows = [" ".join(of(chance, HEX, 4) for _ in range(8)) for _ in range(4)]
    return "\n".join(f"{at * 16:08x}: {row}  ................" for at, row in enumerate(rows))


def _fake(kind: str) -> Maker:
    def make(chance: random.Random) -> str:
        name = chance.choice(["API_KEY", "DB_PASSWORD", "token", "clientSecret", "password", "secret_key"])
        shown = {
            "shell": f"${{{name}}}",
            "bare": f"${name.upper()}",
            "your": f"YOUR_{name.upper()}",
            "your-lower": f"your-{name.lower().replace('_', '-')}-here",
            "angle": f"<{name.lower().replace('_', '-')}>",
            "angle-words": "<your " + name.lower().replace("_", " ") + ">",
            "stars": "*" * chance.randrange(6, 13),
            "x": "x" * chance.randrange(4, 20),
            "mustache": "{{ " + name.lower() + " }}",
            "braces": "{" + name.lower() + "}",
            "percent": f"%{name.upper()}%",
            "changeme": chance.choice(["changeme", "CHANGE_ME", "change-me", "replace-me", "REPLACE_WITH_YOUR_KEY"]),
            "example": chance.choice(
                ["example", "test", "dummy", "placeholder", "foobar", "todo", "secret", "password"]
            ),
            "dots": "...",
            "redacted": chance.choice(["[REDACTED]", "<redacted>", "***REDACTED***", "[FILTERED]", "(hidden)"]),
            "env": chance.choice(
                [f"process.env.{name.upper()}", f"os.environ['{name.upper()}']", f'os.getenv("{name.upper()}")']
            ),
            "workflow": f"${{{{ secrets.{name.upper()} }}}}",
            "vault": chance.choice(
                ["vault:secret/data/app#password", "op://vault/item/password", "ssm:/app/db/password"]
            ),
        }[kind]
        place = chance.choice(["{n}={}", "{n}: {}", '"{n}": "{}"', "--{k} {}", "the {n} is {}"])
        quick = place.replace("{n}", name).replace("{k}", name.lower().replace("_", "-"))
        return quick.replace("{}", shown)

    return make


def _members(chance: random.Random) -> object:
    """Names with secret words in them whose values are no secrets."""
    return dict(
        chance.sample(
            [
                ("secretName", "db-credentials"),
                ("passwordField", "user_password"),
                ("password_min_length", 12),
                ("passwordPolicy", "strong"),
                ("passwordRequired", True),
                ("token_type", "Bearer"),
                ("tokenizer", "cl100k_base"),
                ("token_count", 1843),
                ("max_tokens", 4096),
                ("totalTokens", 88_123),
                ("keyboard", "us-intl"),
                ("primary_key", "user_id"),
                ("foreignKey", "orders.customer_id"),
                ("sort_key", "created_at"),
                ("partitionKey", "customer_id"),
                ("keyword", "harbor"),
                ("csrf_token_field", "csrfmiddlewaretoken"),
                ("nextPageToken", of(chance, URLSAFE, 24)),
                ("next_token", of(chance, URLSAFE, 32)),
                ("continuationToken", of(chance, ALNUM, 40)),
                ("author", "harbor"),
                ("authority", "example.org"),
                ("authType", "oauth2"),
                ("auth_method", "password"),
                ("secretary", "harbor"),
                ("public_key_algorithm", "ed25519"),
                ("api_key_id", "key-17"),
                ("accessKeyRotation", "90d"),
                ("passwordLastChanged", "2026-11-01T08:00:00Z"),
                ("token_endpoint", "https://login.example.org/oauth2/token"),
                ("token_url", "https://login.example.org/oauth2/token"),
                ("secretsManager", "enabled"),
                ("hasPassword", False),
                ("password", None),
                ("passwordHint", "first pet"),
                ("signatureVersion", "v4"),
                ("cookiePolicy", "strict"),
                ("credentialsFile", "~/.aws/credentials"),
                ("password_file", "/run/secrets/db_password"),
                ("tokenExpiresIn", 3600),
                ("idempotencyKey", uuid4(chance)),
                ("cacheKey", "user:17:profile"),
                ("objectKey", "uploads/2026/11/report.pdf"),
                ("routing_key", "orders.created"),
                ("shortcutKey", "Ctrl+Shift+P"),
                ("license_key_required", "yes"),
            ],
            k=6,
        )
    )


NEGATIVES: Final[dict[str, Maker]] = {
    "git sha": lambda c: f"commit {_sha(c)}\nAuthor: ada\n\n    Fix the {c.choice(WORDS)} parser\n",
    "git short sha": lambda c: f"{of(c, HEX, 7)} Merge branch '{c.choice(WORDS)}' into main",
    "git ls-tree": lambda c: f"100644 blob {_sha(c)}\tsrc/{c.choice(WORDS)}.py",
    "diff index": lambda c: f"index {of(c, HEX, 7)}..{of(c, HEX, 7)} 100644\n--- a/x.py\n+++ b/x.py",
    "sha256 sum": lambda c: f"{of(c, HEX, 64)}  {c.choice(WORDS)}-1.2.3.tar.gz",
    "md5 etag": lambda c: {"ETag": f'"{of(c, HEX, 32)}"', "size": 10},
    "uuid": lambda c: {"id": uuid4(c), "parent": uuid4(c)},
    "uuid text": lambda c: f"request {uuid4(c)} took 31 ms",
    "ulid": lambda c: {"id": "01" + of(c, CROCKFORD, 24)},
    "nanoid": lambda c: {"id": of(c, URLSAFE, 21)},
    "object id": lambda c: {"_id": of(c, HEX, 24), "name": c.choice(WORDS)},
    "sri": lambda c: {"integrity": "sha512-" + base64.b64encode(c.randbytes(64)).decode()},
    "lock file": lambda c: (
        f'"{c.choice(WORDS)}@^4.1.0":\n  version "4.1.2"\n  resolved "https://registry.example.org/x/-/x-4.1.2.tgz#{_sha(c)}"\n'
        f"  integrity sha512-{base64.b64encode(c.randbytes(64)).decode()}"
    ),
    "go sum": lambda c: f"example.org/{c.choice(WORDS)} v1.4.2 h1:{base64.b64encode(c.randbytes(32)).decode()}",
    "pip hash": lambda c: f"{c.choice(WORDS)}==2.1.0 --hash=sha256:{of(c, HEX, 64)}",
    "docker digest": lambda c: f"Digest: sha256:{of(c, HEX, 64)}\nStatus: Image is up to date for app:latest",
    "container id": lambda c: f"{of(c, HEX, 12)}   app:1.4   Up 3 hours   0.0.0.0:8080->80/tcp",
    "cursor": lambda c: {"nextCursor": base64.b64encode(json.dumps({"o": c.randrange(9999)}).encode()).decode()},
    "progress token": lambda c: {"_meta": {"progressToken": of(c, ALNUM, 24)}},
    "image": lambda c: {
        "type": "image", "mimeType": "image/png",
        "data": base64.b64encode(b"\x89PNG\r\n\x1a\n" + c.randbytes(1200)).decode(),
    },
    "data uri": lambda c: "![x](data:image/gif;base64," + base64.b64encode(b"GIF89a" + c.randbytes(300)).decode() + ")",
    "css colours": lambda c: f".a {{ color: #{of(c, HEX, 6)}; background: rgba(12, 34, 56, 0.7) }} .b {{ color: #fff }}",
    "versions": lambda c: f"Upgraded {c.choice(WORDS)} from {c.randrange(9)}.{c.randrange(20)}.{c.randrange(40)} to 2.1.0-rc.3+build.{of(c, DIGITS, 4)}",
    "four-part version": lambda c: f"AssemblyVersion {c.randrange(1, 30)}.{c.randrange(9)}.{c.randrange(9999)}.{c.randrange(9)} and 8.0.100.3",
    "large four-part version": lambda c: (
        f"{c.choice(['version ', 'Chrome/', 'FileVersion: ', 'driver version ', 'firmware ', 'build '])}"
        f"{c.randrange(10, 140)}.{c.randrange(9)}.{c.randrange(100, 255)}.{c.randrange(100, 255)}"
    ),
    "package list": lambda c: f"numpy==1.26.{c.randrange(9)}\nlib-{c.choice(WORDS)}=3.0.12.{c.randrange(99)}\nopenssl 1.1.1.45-2",
    "build number": lambda c: f"Build #{of(c, DIGITS, 6)} of {c.choice(WORDS)}-{of(c, DIGITS, 8)} passed",
    "order number": lambda c: f"Order {_order(c)} was shipped",
    "order member": lambda c: {"orderId": int(_order(c)), "invoice": "INV-2026-" + of(c, DIGITS, 6)},
    "tracking number": lambda c: f"UPS 1Z{of(c, UPPER + DIGITS, 16)}, DHL JD0{of(c, DIGITS, 17)}",
    "serial number": lambda c: f"S/N {of(c, UPPER + DIGITS, 4)}-{of(c, UPPER + DIGITS, 4)}-{of(c, UPPER + DIGITS, 4)}",
    "timestamps": lambda c: f"2026-11-23T10:22:31.{of(c, DIGITS, 6)}Z 17{of(c, DIGITS, 8)} 17{of(c, DIGITS, 11)} 23/Nov/2026:10:22:31 +0000",
    "epoch members": lambda c: {"ts": 1_700_000_000_000 + c.randrange(10**11), "ns": 1_700_000_000_000_000_000 + c.randrange(10**15)},
    "phone-like ids": lambda c: {"ticket": of(c, DIGITS, 10), "issue": c.randrange(10**9, 10**10), "sku": f"{of(c, DIGITS, 3)}-{of(c, DIGITS, 4)}"},
    "number lists": lambda c: "[" + ", ".join(str(c.randrange(10**4)) for _ in range(30)) + "]",
    "floats": lambda c: {"loss": c.random(), "values": [c.random() * 1e6 for _ in range(8)], "tiny": c.random() * 1e-9},
    "coordinates": lambda c: f"{c.uniform(-90, 90):.6f}, {c.uniform(-180, 180):.6f} (lat {c.uniform(1, 60):.7f})",
    "isbn": lambda c: f"ISBN 978-3-16-148410-{c.randrange(10)}, ISSN 2049-363{c.randrange(10)}, doi:10.1000/{of(c, DIGITS, 6)}.{of(c, DIGITS, 4)}",
    "dates and ranges": lambda c: f"2026-11-{c.randrange(10, 28)} to 2027-01-{c.randrange(10, 28)}, 10-12-2026, pages 112-134, 555-1234 items",
    "hex dump": _hexdump,
    "addresses of memory": lambda c: f"0x{of(c, HEX, 16)} in main () at 0x{of(c, HEX, 12)}",
    "mac address": lambda c: "eth0 " + ":".join(of(c, HEX, 2) for _ in range(6)) + " mtu 1500",
    "private ip": lambda c: f"listening on 10.{c.randrange(256)}.4.17:8080, 192.168.1.{c.randrange(256)}, 127.0.0.1, 172.16.0.{c.randrange(256)}, 169.254.169.254",
    "private ipv6": lambda c: f"fe80::{of(c, HEX, 4)}:1%eth0, ::1, fd00:{of(c, HEX, 4)}::1, ff02::1",
    "resolvers": one_of("nameserver 8.8.8.8\nnameserver 1.1.1.1", "0.0.0.0/0 via 10.0.0.1", "255.255.255.0"),
    "oid": lambda c: f"1.3.6.1.4.1.{c.randrange(9999)}.2.1.1, section 4.1.2.3 and 10.12.1.4.2",
    "shas in addresses": lambda c: f"https://github.com/example/{c.choice(WORDS)}/blob/{_sha(c)}/src/main.py#L{c.randrange(400)}",
    "ids in addresses": lambda c: f"https://example.org/d/1{of(c, URLSAFE, 43)}/edit?gid={c.randrange(10**9)}#gid=0",
    "scp address": one_of("git clone git@github.com:owner/repository.git", "ssh://git@example.org:2222/owner/x.git"),
    "package at version": one_of("npm i lodash@4.17.21 @types/node@20.1.0", "uses: actions/checkout@v4", "logo@2x.png"),
    "decorators": one_of("@pytest.mark.parametrize('x', [1])", "@Override public void run() {}", "@app.get('/items')"),
    "placeholder shell": _fake("shell"), "placeholder bare": _fake("bare"), "placeholder your": _fake("your"),
    "placeholder your-lower": _fake("your-lower"), "placeholder angle": _fake("angle"),
    "placeholder angle words": _fake("angle-words"), "placeholder stars": _fake("stars"), "placeholder x": _fake("x"),
    "placeholder mustache": _fake("mustache"), "placeholder braces": _fake("braces"),
    "placeholder percent": _fake("percent"), "placeholder changeme": _fake("changeme"),
    "placeholder example": _fake("example"), "placeholder dots": _fake("dots"), "placeholder redacted": _fake("redacted"),
    "placeholder env": _fake("env"), "placeholder workflow": _fake("workflow"), "placeholder vault": _fake("vault"),
    "members": _members,
    "code tokens": one_of(
        "token = next(tokens)\nif token.kind == TokenKind.STRING:\n    token = self.advance()",
        "tokens = tokenizer.encode(text)\nfor token in tokens:\n    print(token.text)",
        "def parse(token: str, password: str | None = None) -> Token:\n    return Token(token)",
        "let token = lexer.next_token()?; match token { Token::Ident(name) => name, _ => return Err(e) }",
        "const token = await getToken({ audience }); headers.set('Authorization', `Bearer ${token}`);",
        "token := r.Header.Get(\"Authorization\")\nif token == \"\" { return ErrNoToken }",
    ),
    "code passwords": one_of(
        "password: str = Field(min_length=8)\npassword_hash: str",
        "password = getpass.getpass('Password: ')",
        "if password != confirm_password: raise ValidationError('passwords do not match')",
        "String password = request.getParameter(\"password\");",
        "self.password = password\nself.api_key = api_key or os.environ.get('API_KEY')",
        "$password = $_POST['password'];\n$hash = password_hash($password, PASSWORD_DEFAULT);",
        "user.setPassword(passwordEncoder.encode(rawPassword));",
        "public string Password { get; set; }",
        "password VARCHAR(255) NOT NULL, token TEXT, secret BYTEA",
        "props.password = this.state.password",
    ),
    "code keys": one_of(
        "key = sorted(items, key=lambda item: item.name)[0].key",
        "for key, value in mapping.items():\n    result[key] = value",
        "PRIMARY KEY (id), FOREIGN KEY (user_id) REFERENCES users (id)",
        "api_key = settings.API_KEY\nclient = Client(api_key=api_key)",
        "private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)",
        "secret_key = secrets.token_hex(32)",
        "access_key = config['access_key']",
        "const apiKey = process.env.API_KEY ?? '';",
        "apiKey: config.get<string>('API_KEY'),",
        "if (event.key === 'Enter' && !event.shiftKey) submit();",
    ),
    "schema": lambda c: {
        "type": "object", "required": ["password", "api_key"],
        "properties": {
            "password": {"type": "string", "description": "The password of the user", "minLength": 8},
            "api_key": {"type": "string", "format": "password", "title": "API key"},
            "token": {"type": ["string", "null"], "default": None, "examples": ["<token>"]},
        },
    },
    "tool description": one_of(
        "Logs in with a password or token. Args: password: the user's password; token: optional access token",
        "Rotates the secret and returns its new version. The secret is stored in the vault.",
        "Requires an API key. Get your API key from the settings page, then pass it as api_key.",
        "Returns a page of results and a cursor token to fetch the next page with.",
    ),
    "password prose": one_of(
        "The password is incorrect. Please try again.", "Your password has expired and must be changed.",
        "Password must be at least 12 characters long and contain a digit.", "Forgot your password? Reset it here.",
        "password: required", "Enter password for user ada:", "Password for 'https://ada@example.org': ",
        "The password is stored in the keychain, the token is refreshed every hour.",
        "I changed the password yesterday and told nobody.", "password authentication failed for user \"ada\"",
        "Passwords are hashed with argon2. The secret is a good salt.", "the passphrase is optional",
        "Use a strong password and never share it.", "invalid password or username", "Login with your password and username",
        "We log in with password authentication disabled.", "user ada password prompt shown",
    ),
    "secret prose": one_of(
        "The secret is to use fresh basil.", "No secret is safe forever.", "Kubernetes secret db-credentials created",
        "secret/db-credentials configured", "The token is invalid or expired.", "token: unexpected end of input",
        "Unexpected token } in JSON at position 17", "SyntaxError: Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
        "API key is missing", "api key: not set", "Key: harbor, Value: 17", "access token expired, refreshing",
        "authentication token is required for this endpoint", "The credentials are invalid.", "credentials: none",
    ),
    "lorem ipsum": one_of("Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore."),
    "stack trace": lambda c: (
        f'Traceback (most recent call last):\n  File "/usr/lib/python3.11/site.py", line {c.randrange(900)}, in main\n'
        f"    raise KeyError('{c.choice(WORDS)}')\nKeyError: '{c.choice(WORDS)}'"
    ),
    "java trace": lambda c: f"at com.example.auth.TokenService.verifyPassword(TokenService.java:{c.randrange(900)})",
    "camel case names": one_of("getAccessTokenSilently, AbstractSingletonProxyFactoryBean, useSecretManagerClient"),
    "constants": one_of("AUTH_TOKEN_HEADER_NAME PASSWORD_RESET_TIMEOUT_DAYS SECRET_KEY_BASE", "MAX_PASSWORD_LENGTH = 128"),
    "environment names": one_of("Set GITHUB_TOKEN, OPENAI_API_KEY and AWS_SECRET_ACCESS_KEY before you run it."),
    "file list": lambda c: "\n".join(f"-rw-r--r-- 1 ada staff {c.randrange(10**6)} Nov 23 10:22 {word}_token.py" for word in c.sample(WORDS, 5)),
    "public key": lambda c: f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{of(c, ALNUM + '+/', 43)} ada@laptop".replace(" ada@laptop", ""),
    "certificate": lambda c: "-----BEGIN CERTIFICATE-----\n" + "\n".join(of(c, ALNUM + "+/", 64) for _ in range(6)) + "\n-----END CERTIFICATE-----",
    "fingerprint": lambda c: f"SHA256:{of(c, ALNUM + '+/', 43)} (ED25519), " + ":".join(of(c, HEX, 2) for _ in range(16)),
    "trace context": lambda c: {"traceparent": f"00-{of(c, HEX, 32)}-{of(c, HEX, 16)}-01", "span_id": of(c, HEX, 16)},
    "cloud names": lambda c: f"arn:aws:iam::{of(c, DIGITS, 12)}:role/app-{c.choice(WORDS)}, i-0{of(c, HEX, 16)}, subnet-{of(c, HEX, 8)}, ami-0{of(c, HEX, 16)}",
    "kubernetes pods": lambda c: f"app-{of(c, 'bcdfghjklmnpqrstvwxz2456789', 10)}-{of(c, 'bcdfghjklmnpqrstvwxz2456789', 5)}   1/1   Running   0   3d",
    "base64 text": lambda c: {"data": base64.b64encode(" ".join(c.choices(WORDS, k=40)).encode()).decode()},
    "base64 bytes": lambda c: {"data": base64.b64encode(c.randbytes(240)).decode()},
    "hash members": lambda c: {"sha256": hashlib.sha256(c.randbytes(9)).hexdigest(), "md5": of(c, HEX, 32), "crc": of(c, HEX, 8)},
    "chat ids": lambda c: {"channel": "C0" + of(c, UPPER + DIGITS, 9), "user": "U0" + of(c, UPPER + DIGITS, 9), "ts": f"17{of(c, DIGITS, 8)}.{of(c, DIGITS, 6)}"},
    "stripe ids": lambda c: {"customer": "cus_" + of(c, ALNUM, 14), "charge": "ch_" + of(c, ALNUM, 24), "price": "price_" + of(c, ALNUM, 24)},
    "model names": one_of("claude-opus-4-20250514, gpt-4o-2024-08-06, text-embedding-3-large, meta-llama/Llama-3.1-70B"),
    "slugs": lambda c: f"https://example.org/blog/{'-'.join(c.sample(WORDS, 5))}-{of(c, LOWER + DIGITS, 8)}",
    "money": lambda c: f"Total: {c.randrange(10**6):,}.{c.randrange(100):02d} EUR, tax 19.0 %, 1 234 567,89 and 12,345,678",
    "sizes": lambda c: f"{c.randrange(10**10)} bytes in {c.random() * 100:.3f} s, {c.randrange(10**6)} rows, 100000000000 ns",
    "table": lambda c: "| id | total |\n|---|---|\n" + "\n".join(f"| {c.randrange(10**8)} | {c.randrange(10**6)}.50 |" for _ in range(6)),
    "bank-like words": one_of("DE is Germany, GB is Britain; see FR12 form and NL91 route, CH93 line"),
    "query string": lambda c: f"https://example.org/search?q=password+reset&sort=token&page={c.randrange(99)}&utm_source={c.choice(WORDS)}",
    "cookies of no secret": one_of("Cookie: theme=dark; lang=en", "Set-Cookie: consent=yes; Path=/", "cookie banner: accept all"),
    "commands": one_of("docker login --password-stdin registry.example.org", "ssh -i ~/.ssh/id_ed25519 ada@10.0.0.5", "vault kv get secret/app", "kubectl get secret db -o yaml", "gh auth token | pbcopy", "passwd ada"),
    "markdown headings": one_of("## Password\n\nSee the wiki.", "### API Keys\n\nRotate them often.", "# Tokens and secrets"),
    "test names": one_of("test_password_is_hashed PASSED, test_token_expires_after_an_hour PASSED"),
    "licence keys of nobody": one_of("SPDX-License-Identifier: MIT", "license: Apache-2.0", "key: value", "token: string"),
    "grammar": one_of("password ::= character+\ntoken = identifier | number ;", "%token NUMBER STRING\n%token <str> SECRET"),
    "translations": one_of('"login.password": "Passwort", "login.token": "Jeton"', "password.label=Kennwort\npassword.placeholder=Ihr Kennwort"),
}  # fmt: skip
