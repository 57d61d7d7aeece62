"""A broker that wants TLS and SASL/SCRAM, and what is said to a `km` that lacks one of them."""

import ipaddress
import json
import secrets
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from km.settings import Installation, Security, Settings, write_config
from km.shipper.kafka import connection
from km_local.broker import kafka as broker
from km_local.broker.cache import ensure_distribution
from km_local.broker.properties import LOG4J, BrokerPlace, server_properties
from km_local.ports import free_port
from km_local.processes.child import run_to_end
from km_local.testing.servers import Server
from km_schemas.headers import FRAME
from km_schemas.topics import FRAMES, topic

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Km

CHECKOUT = Path(__file__).parents[3]
USER = "km-test"
STRANGER = "km-stranger"
"""Knows the same password, and may do nothing."""


class SecuredKafka(Server):
    """Certificate, accounts and broker, all made for this test."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "certificate.pem"
        self.password = secrets.token_urlsafe(18)
        keystore = _make_certificate(folder, self.certificate)
        port = free_port()
        self.place = BrokerPlace(folder / "kafka", port, free_port(frozenset({port})))
        distribution = ensure_distribution(CHECKOUT / ".km" / "cache")
        self._prepare(distribution, keystore, folder / "kafka.log")
        super().__init__(broker.serve(distribution, self.place, folder / "kafka.log"))

    def is_ready(self) -> bool:
        """Whether it takes connections; clients try again until it serves."""
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", self.place.port)) == 0

    def _prepare(self, distribution: broker.Distribution, keystore: Path, log: Path) -> None:
        self.place.folder.mkdir()
        self.place.log4j_file.write_text(LOG4J)
        login = f'org.apache.kafka.common.security.scram.ScramLoginModule required username="{USER}"'
        secured = {
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{USER};User:ANONYMOUS",
            "listener.security.protocol.map": "CLIENT:SASL_SSL,CONTROLLER:PLAINTEXT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
            "listener.name.client.scram-sha-512.sasl.jaas.config": f'{login} password="{self.password}";',
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": keystore,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.certificate,
        }
        # Of a name that stands twice, Java takes the last.
        lines = "".join(f"{name}={value}\n" for name, value in secured.items())
        self.place.properties_file.write_text(server_properties(self.place) + lines)
        accounts = (f"SCRAM-SHA-512=[name={user},password={self.password}]" for user in (USER, STRANGER))
        added = (word for account in accounts for word in ("--add-scram", account))
        tool = ("kafka.tools.StorageTool", "format", "-t", broker.new_cluster_id(), *added)
        command = broker._java(distribution, self.place, "format", log, *tool, "-c", str(self.place.properties_file))
        run_to_end(command, broker.FORMAT_SECONDS)


def _make_certificate(folder: Path, certificate: Path) -> Path:
    """A certificate that vouches for itself and for 127.0.0.1; the file with its key too."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now, address = datetime.now(UTC), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both = folder / "both.pem"
    both.touch(mode=0o600)
    both.write_bytes(plain + certificate.read_bytes())
    return both


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    server = SecuredKafka(tmp_path_factory.mktemp("secured"))
    server.start()
    yield server
    server.stop()


def configure(
    km: "Km", secured: SecuredKafka, prefix: str, *,
    password: str, tls: bool = True, sasl: bool = True, user: str = USER,
) -> None:  # fmt: skip
    credentials = km.home / "credentials"
    security = Security(tls, secured.certificate if tls else None, "SCRAM-SHA-512" if sasl else None, credentials)
    write_config(km.home, secured.place.bootstrap, prefix, security)
    credentials.touch(mode=0o600)
    credentials.write_text(f'username = "{user}"\npassword = "{password}"\n')


async def make_topic(km: "Km", secured: SecuredKafka, prefix: str) -> None:
    security = Security(True, secured.certificate, "SCRAM-SHA-512", km.home / "credentials")
    settings = Settings(km.home, secured.place.bootstrap, prefix, Installation("", ""), security)
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    answer = await admin.create_topics([NewTopic(topic(FRAMES).physical_name(prefix, 1), topic(FRAMES).partitions, 1)])
    assert all(error[1] == 0 for error in answer.topic_errors), answer
    await admin.close()


async def test_with_certificate_and_password_everything_is_shipped(km: "Km", secured: SecuredKafka) -> None:
    prefix = f"t{secrets.token_hex(4)}."
    configure(km, secured, prefix, password=secured.password)
    await make_topic(km, secured, prefix)
    km.run("cat", stdin=b"hello\n")
    result = km.call("ship", "--once")
    assert (result.returncode, result.stderr) == (0, "")
    assert not list((km.home / "spool").iterdir())
    assert secured.password not in (km.home / "shipper.log").read_text()


@pytest.mark.parametrize(
    ("lacks", "hint"),
    [
        ("password", "is it away, or is it TLS or the password?"),
        ("sasl", "is it away, or is it TLS?"),
        ("tls", "is it away, or is it the password?"),
    ],
)
def test_what_the_broker_does_not_accept_keeps_the_spool_and_is_said(
    km: "Km", secured: SecuredKafka, lacks: str, hint: str
) -> None:
    km.run("cat", stdin=b"hello\n")
    password = "wrong" if lacks == "password" else secured.password
    configure(km, secured, "", password=password, tls=lacks != "tls", sasl=lacks != "sasl")
    result = km.call("ship", "--once")
    assert result.returncode == 1
    assert hint in result.stderr
    assert secured.password not in result.stderr + result.stdout
    assert [record.value for record in km.spooled() if record.headers.type == FRAME] == [b"hello\n"] * 2


def test_credentials_that_others_may_read_are_refused(km: "Km", secured: SecuredKafka) -> None:
    km.run("cat")
    configure(km, secured, "", password=secured.password)
    (km.home / "credentials").chmod(0o640)
    result = km.call("ship", "--once")
    assert result.returncode == 1
    assert "credentials may be read by others" in result.stderr
    assert secured.password not in result.stderr


def verdicts(km: "Km") -> dict[str, dict[str, str]]:
    done = km.call("doctor", "--json")
    assert done.returncode == 1
    return {verdict["check"]: verdict for verdict in json.loads(done.stdout)["checks"]}


async def test_doctor_finds_everything_well(km: "Km", secured: SecuredKafka) -> None:
    prefix = f"t{secrets.token_hex(4)}."
    configure(km, secured, prefix, password=secured.password)
    await make_topic(km, secured, prefix)
    done = km.call("doctor", "--json", "--patience", "60")
    levels = {verdict["check"]: verdict["level"] for verdict in json.loads(done.stdout)["checks"]}
    assert {levels[check] for check in ("broker", "topic", "test event", "shipper")} == {"ok"}, done.stdout


@pytest.mark.parametrize("lacks", ["password", "sasl", "tls"])
def test_doctor_names_every_cause_that_looks_the_same(km: "Km", secured: SecuredKafka, lacks: str) -> None:
    password = "wrong" * 2 if lacks == "password" else secured.password
    configure(km, secured, "", password=password, tls=lacks != "tls", sasl=lacks != "sasl")
    found = verdicts(km)
    assert found["broker"]["level"] == "failed"
    assert "does not let us in" in found["broker"]["says"]
    for cause in ("a wrong user name or password", "sasl missing", "tls on one side only"):
        assert cause in found["broker"]["do"]
    assert not {"topic", "test event"} & set(found)
    assert password not in json.dumps(found)


async def test_doctor_tells_a_missing_right_from_a_missing_topic(km: "Km", secured: SecuredKafka) -> None:
    prefix = f"t{secrets.token_hex(4)}."
    configure(km, secured, prefix, password=secured.password)
    missing = verdicts(km)
    assert (missing["broker"]["level"], missing["topic"]["level"]) == ("ok", "failed")
    assert "there is no topic" in missing["topic"]["says"]
    await make_topic(km, secured, prefix)
    configure(km, secured, prefix, password=secured.password, user=STRANGER)
    forbidden = verdicts(km)
    assert (forbidden["broker"]["level"], forbidden["topic"]["level"]) == ("ok", "failed")
    assert f"{STRANGER} has no right to topic {prefix}mcp.frames.v1" in forbidden["topic"]["says"]
    assert "WRITE and DESCRIBE" in forbidden["topic"]["do"]
    assert "test event" not in forbidden
