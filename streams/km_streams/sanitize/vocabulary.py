"""Words that say what a text is: a sentence about a secret, a type, a program, and no secret itself."""

from typing import Final

from km_streams.re2_bytes import compiled

FUNCTION_WORDS: Final = frozenset(
    b"the a an is are was were be been being to of for in on at by with from as and or not no if it its this that "
    b"these those your you our my their his her must should can could may will shall would has have had do does did "
    b"please when where which who how what than then so but only also any all each into cannot required invalid "
    b"optional password passwords passphrase token tokens secret secrets key keys value values user username field "
    b"string characters use used uses using via per provided supported default authentication based before after "
    b"until unless because again let we they he she i me us there here about over under between without within "
    b"der die das und ist nicht ein eine mit von zu le la les et est un une avec el los y es con por".split()
)
"""What makes a sentence of words; no passphrase has them."""
STATES: Final = frozenset(
    b"incorrect wrong expired missing stored reset change changed length long least set enter one new same different "
    b"valid correct empty weak strong too short available none unknown now here there still already never always very "
    b"secure safe visible hidden protected sent up out back off down true false null ok okay yes fine good bad "
    b"compromised leaked blank known public private needed requested shown written rewritten given taken broken stolen "
    b"forgotten chosen kept held found lost put read made done gone seen present absent ready active inactive unique "
    b"random fixed constant enough ignored next case sensitive yours mine theirs unchanged "
    b"wymagane opcjonalne povinne vyzadovano obligatoria obligatorio obligatoire requerida requerido incorrecta "
    b"incorrecto expirado expirada caducada erforderlich falsch ungueltig abgelaufen geheim leer vide vergessen oublie "
    b"requis verplicht".split()
)
"""What is said of a secret in one word."""
TOPICS: Final = frozenset(
    b"reset policy manager field prompt form hash hashes hashing strength rotation option options flag argument "
    b"parameter switch stdin file files input output authentication auth login logon change changes check checker "
    b"validation validator verification recovery history expiry expiration length rule rules requirement requirements "
    b"generator generation based protected provider store storage vault keeper database column table type types name "
    b"names count limit limits usage budget bucket buckets stream parser parsing error errors format header refresh "
    b"endpoint exchange response request service server client class method function variable attribute property "
    b"page screen link email mail attempt attempts update updates support protection grant grants flow management "
    b"rings pair pairs size sizes material derivation exchange encoding encryption encoder decoder id ids holder "
    b"combination combinations list lists set sets map index indexes range ranges press presses event events".split()
)
"""What follows the word for a secret where a thing about secrets is named: `password policy`."""
CODE_WORDS: Final = frozenset(
    b"config cfg conf settings setting request req res form data user users params param options opts env self this "
    b"args body query state props value values field fields input output ctx context app db database auth account "
    b"client session model object obj item items payload event target current process os sys server service spring "
    b"example com org net io html json yaml py js ts main index new get set".split()
)
"""Words of which programs make members (`request.form.data`), and hosts and files are made."""
ENDINGS: Final = (b"ed", b"ing", b"ly", b"able", b"tion", b"ment", b"ness")

PASSWORD_WORDS: Final = b"|".join(
    (
        "hasło Hasło haslo heslo Heslo jelszó Jelszó jelszo lösenord Lösenord losenord adgangskode passord salasana "
        "parola parolă şifre Şifre sifre пароль Пароль ПАРОЛЬ 密码 密碼 パスワード 비밀번호 암호 סיסמה mật.khẩu "
        "kata.sandi wachtwoord"
    )
    .encode()
    .split()
)
"""The word for a password in other languages, as an expression; letters beyond ASCII in each case."""
LITERAL_TYPE: Final = compiled(
    rb"(?i)^(?:str|string|bytes|int|integer|bool|boolean|float|any|object|list|dict|optional|required|varchar|text|char"
    rb"|number|uuid|secretstr|yes|no|on|off|true|false|null|none|nil|undefined|enabled|disabled|default|ask|auto|basic"
    rb"|bearer|prompt|empty|unset|changed|plain|hidden|masked|redacted|filtered|n/a|todo|tbd|unknown|username|email"
    rb"|e-mail|user|file|stdin|example|sample|demo|dummy|placeholder|foobar|foo|bar|baz|test|testing|password|passwd"
    rb"|secret|token|key|value|passwort|kennwort|contrase\xc3\xb1a|contrasena|senha|jeton|clave|wachtwoord|nullable"
    rb"|self|this|args?|kwargs|options?|params?|props|state|input|varies|tinytext|longtext|bytea|blob|strong|weak)"
    rb"(?:\([0-9]*\)|\[\])?[,;.:)]*$"
)
"""A type, a state or a word that stands for any secret."""
CODE: Final = compiled(
    rb"^(?:[A-Za-z_$][\w$.]*(?:[(\[{]|<[A-Za-z]).*|[\[({<*&|>].*|![A-Za-z]+(?:$|\s.*)"
    rb"|(?:await|new|yield|lambda|not|if|return|self|this|cls|func|function|const|let|var)\b.*"
    rb"|[A-Za-z_]+(?:\s*(?:\|\||\?\?|==)|\s+[|=+]|\s*\|\s).*)$"
)
"""An expression of a program: a call, a container, a type."""
MEMBER: Final = compiled(rb"^[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)+[,;)]*$")
"""A member of an object of a program."""
TECHNICAL: Final = compiled(
    rb"(?i)^(?:#[0-9a-f]{3,8}\b.*|v?[0-9]+(?:[.,:/_-][0-9]+)*(?:[+%.]|st|nd|rd|th|px|em|ms|s|m|h|d|kb|mb|gb|k|bits?|bytes?|chars?|min|x)?"
    rb"|v[0-9]+(?:[.][\w.+-]*)?|[a-z]{1,3}[0-9]{1,2}|(?:sha|md|aes|rsa|hs|rs|es|ps|hmac|utf|base|ed|x|crc|oauth|http|ipv|des|log"
    rb"|cl|pkcs|rfc|iso|python|java|windows|win|office|bcrypt|argon|scrypt|pbkdf|secp|curve|arg|param|field|part|test"
    rb"|step|level|group|value|line|option|user|column|item|version|node|pod|token|password|passwd|secret|key)"
    rb"[-_ ]?[0-9]{1,5}(?:[-_]?(?:hmac|sha|k[0-9]|base|id|i|d|cbc|gcm)[-_]?[0-9]*)*)[.,;:)]*$"
)
"""Names of methods, versions, measures, numbered things: digits in them say nothing."""
DATE: Final = compiled(rb"^[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?|^[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}")
TEMPLATE: Final = compiled(
    rb"(?i)\$\{|\{\{|\{[a-z_][\w.]*\}|^%\(?\w*\)?[sd]$|<[^<>]{0,40}>|\$\(|^\$[a-z_]|^%[\w]+%$|^[*.x\xe2\x80\xa2]{3,}$|\.\.\.|\*{3}"
    rb"|(?:your|my|the|some|any|this|insert|enter|change|replace|put|fill|add|example|sample|dummy|fake|placeholder)"
    rb"[-_ ](?:\w+[-_ ])*(?:me|here|it|this|with|in|password|passwd|secret|token|key|apikey|value|credentials?)\b"
    rb"|x{8,}|changeme|change-me|replaceme|redacted|process\.env|os\.environ|getenv|secrets\.|(?:vault|ssm|op|env|file|arn):"
)
"""What stands for a secret in an example or template."""
NOT_A_SECRET: Final = compiled(rb"^(?:[a-z][a-z0-9+.-]*://|\.{1,2}/|[A-Za-z]:\\)|[\s(){}\[\]]|^\d{4}-\d\d-\d\d")
PATH: Final = compiled(rb"^~?/[\w.@-]+/|^[\w.@-]+/[\w.@-]+/[\w.@/-]*$")
SECRET_WORD: Final = compiled(
    rb"(?i)passw|passwd|pwd|secret|token|(?:api|private|public|access|signing|encryption|shared).?key|credential"
    rb"|(?:^|[-_. ])key(?:$|[-_. ])|passphrase|kennwort|auth"
)
"""A value that has one, and is made of words, is the name of a secret."""
UNITS: Final = compiled(
    rb"(?i)^\s*(?:char|byte|bit|letter|digit|symbol|word|minute|hour|day|second|time|token|long|or|to|month|year|week|%)"
)
