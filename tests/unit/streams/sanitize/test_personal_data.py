"""Personal data in the forms people write it in, and numbers that are none."""

import pytest

from km_streams.sanitize.spans import merged
from km_streams.sanitize.testing import known_sanitizer


def types_in(text: str) -> set[str]:
    return {span.type for span in merged(known_sanitizer().detector.spans(text.encode()))}


@pytest.mark.parametrize(
    "number",
    [
        "+44 20 7946 0958", "+1 (212) 555-0143", "(212) 555-0143", "212.555.0143", "1-415-555-0132", "06 12 34 56 78",
        "020 7946 0958", "+49 171 1234567", "+33612345678", "0049 30 901820",
    ],
)  # fmt: skip
def test_phone_numbers_are_found_in_free_formats(number: str) -> None:
    assert types_in(f"you reach me at {number}, thanks") == {"phone"}


@pytest.mark.parametrize(
    "text",
    [
        "order 4155550132 of 2026-11-23", "version 1.22.333.4444", "2026-11-23 10:15:30", "06/22/2015", "01 02 2026",
        "+10011010010", "build 20261123.4", "range 100-200-3000", "at 1763923200000",
        "id 0190f3a1-2222-4222-8222-222222222222",
        "amount 1 234 567", "lines 120-135", "sha 4f1d2c3b4f1d2c3b4f1d2c3b4f1d2c3b4f1d2c3b",
    ],
)  # fmt: skip
def test_order_numbers_versions_dates_and_ids_are_no_personal_data(text: str) -> None:
    assert types_in(text) == set()


@pytest.mark.parametrize("text", ["93.184.216.34", "203.0.113.7:443", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_found(text: str) -> None:
    assert types_in(f"from {text} at noon") == {"ip"}


@pytest.mark.parametrize(
    "text",
    [
        "10.4.2.1",
        "192.168.1.20",
        "127.0.0.1:9092",
        "0.0.0.0",
        "fe80::1",
        "::1",
        "v93.184.216.34",
        "Chrome/120.0.6099.109",
        "ip_network('192.0.2.0/24')",
        "IPv4Address('203.0.113.9')",
        "2001:db8::1",
        "route 93.184.216.0/24",
        "firmware version 2.14.35.200",
    ],
)
def test_private_addresses_and_versions_are_spared(text: str) -> None:
    assert types_in(f"see {text} here") == set()


def test_national_numbers_of_digits_alone_need_a_word_for_them() -> None:
    number = "15021" + "079326"
    assert types_in(f"PESEL: {number}") == {"national_id.pl"}
    assert types_in(f"order {number}") == set()


def test_a_name_in_json_is_a_word_for_the_number_it_names() -> None:
    frame = ('{"patient": {"nhs_number": "' + "943 476" + ' 5919"}}').encode()
    assert [finding.type for finding in known_sanitizer().sanitize(frame, 0).findings] == ["national_id.gb"]


def test_an_account_number_ends_where_its_country_says() -> None:
    iban = "GB82 WEST 1234" + " 5698 7654 32"
    (span,) = known_sanitizer().detector.spans(f"to {iban} AND MORE".encode())
    assert (span.type, span.start, span.end) == ("iban", 3, 3 + len(iban))


@pytest.mark.parametrize("text", ["the passport was renewed in 20261123", "a driving licence is required", "D1234567"])
def test_documents_without_their_word_beside_them_are_spared(text: str) -> None:
    assert types_in(text) == set()
