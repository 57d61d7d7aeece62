"""`km init`: who this installation is, and where it publishes to."""

import argparse
import getpass
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import tomlkit

from km.cli.command_line import command_line, home
from km.cli.config_edit import MECHANISMS, NO_LOGIN, Answers, Destination, RefusedError, change_config, read_config
from km.cli.terminal import complain, harmless, print_json
from km.home import CONFIG_FILE
from km.settings import load_settings

_DEFAULT_KAFKA: Final = "127.0.0.1:9092"


def init(arguments: list[str]) -> int:
    """0; 1 where the answers cannot be used; 2 where something must be asked and nobody is there to answer."""
    options = _parse(arguments)
    folder = home()
    try:
        document = read_config(folder)
        asked = _ask(options, document) if _may_ask(options) else _from_flags(options, document)
        change_config(folder, document, asked)
    except RefusedError as error:
        complain(str(error))
        return 1
    settings = load_settings()
    said = {
        "home": str(folder),
        "installation_id": settings.installation.installation_id,
        "customer_id": settings.installation.customer_id,
        "destination": f"kafka://{settings.kafka}",
        "topic_prefix": settings.topic_prefix,
    }
    if options.json:
        print_json(said)
    else:
        print(f"Installation {said['installation_id']} publishes to {harmless(said['destination'])}.")
        print(f"Written: {harmless(str(folder / CONFIG_FILE))}. Next: km wrap, then km doctor.")
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = command_line(
        "init",
        "Make this installation's identity and configuration. Running it again changes what it is told.",
        (
            "km init",
            "km init --yes",
            "km init --kafka broker.example:9093 --tls --sasl SCRAM-SHA-512 --username ana --password-stdin < file",
        ),
        "0; 1 where the answers cannot be used; 2 where something must be asked and nobody is there to answer",
    )
    parser.add_argument("--kafka", metavar="HOST:PORT[,…]", help=f"brokers to publish to (default: {_DEFAULT_KAFKA})")
    parser.add_argument("--topic-prefix", metavar="TEXT", help="put in front of the topic's name")
    parser.add_argument("--customer-id", metavar="UUID", help="by default the one customer of a cluster")
    parser.add_argument("--tls", action=argparse.BooleanOptionalAction, default=None, help="encrypt, check the broker")
    parser.add_argument("--ca-file", metavar="FILE", help="authorities to trust in place of the system's (PEM)")
    parser.add_argument("--sasl", choices=MECHANISMS, help="log in with a name and a password, or not")
    parser.add_argument("--username", metavar="NAME", help="who logs in; the password is asked for")
    parser.add_argument("--password-stdin", action="store_true", help="the password is the first line of stdin")
    parser.add_argument("--yes", action="store_true", help="ask nothing: what no flag says stays, or gets its default")
    options = parser.parse_args(arguments)
    if options.username and not options.sasl:
        parser.error("--username goes with --sasl")
    if not _may_ask(options) and not options.yes and not options.kafka:
        parser.error("nobody is there to be asked: say --yes, or --kafka HOST:PORT")
    return options


def _may_ask(options: argparse.Namespace) -> bool:
    return not (options.yes or options.kafka or options.json) and sys.stdin.isatty()


def _from_flags(options: argparse.Namespace, document: tomlkit.TOMLDocument) -> Answers:
    kafka = options.kafka or (None if "kafka" in document.get("destination", {}) else _DEFAULT_KAFKA)
    ca_file = str(Path(options.ca_file).absolute()) if options.ca_file else None
    tls = True if ca_file and options.tls is None else options.tls
    destination = Destination(kafka, options.topic_prefix, options.customer_id, tls, ca_file, options.sasl)
    return Answers(destination, options.username or "", _password(options))


def _ask(options: argparse.Namespace, document: tomlkit.TOMLDocument) -> Answers:
    former = document.get("destination", {})
    answers = _from_flags(options, document)
    kafka = _question("Kafka brokers, host:port[,host:port]", str(former.get("kafka", _DEFAULT_KAFKA)))
    encrypted = _question("Encrypted by TLS? yes or no", "yes" if former.get("tls") else "no")
    mechanism = _question(f"Log in? {', '.join(MECHANISMS)}", str(former.get("sasl", NO_LOGIN)))
    destination = replace(answers.destination, kafka=kafka, tls=encrypted.lower().startswith("y"))
    if mechanism == NO_LOGIN:
        return replace(answers, destination=replace(destination, sasl=mechanism))
    username = options.username or _question("User name (empty: as it is)", "")
    password = getpass.getpass("Password: ") if username and not answers.password else answers.password
    return Answers(replace(destination, sasl=mechanism), username, password)


def _question(text: str, default: str) -> str:
    return input(f"{text}{f' [{default}]' if default else ''}: ").strip() or default


def _password(options: argparse.Namespace) -> str:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass("Password: ") if options.username and sys.stdin.isatty() and not options.yes else ""
