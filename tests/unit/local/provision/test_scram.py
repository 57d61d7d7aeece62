"""Passwords as Postgres stores them."""

import base64
import hmac

from km_local.provision.scram import scram_verifier


def test_the_server_key_signs_as_in_the_example_of_rfc_7677() -> None:
    verifier = scram_verifier("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    server_key = base64.b64decode(verifier.rsplit(":", 1)[1])
    exchange = (
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    signature = hmac.digest(server_key, exchange.encode(), "sha256")
    assert base64.b64encode(signature) == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_two_verifiers_of_one_password_differ() -> None:
    assert scram_verifier("same") != scram_verifier("same")


def test_the_password_does_not_stand_in_it() -> None:
    assert "correct-horse" not in scram_verifier("correct-horse")
