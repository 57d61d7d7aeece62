"""Numbers of persons: national identities by python-stdnum, ours where it has none; bank accounts; documents."""

import string
from collections.abc import Callable
from functools import lru_cache, partial
from importlib import import_module
from typing import Final

from stdnum import iban as stdnum_iban

from km_streams.sanitize.validators.forms import Spans, Validator, is_alone

_MODULES: Final = (
    "al.nipt", "ar.cuit", "at.vnr", "au.tfn", "be.nn", "bg.egn", "br.cnpj", "br.cpf", "ca.sin", "ch.ssn",
    "cl.rut", "cn.ric", "co.nit", "cz.rc", "de.idnr", "dk.cpr", "do.cedula", "ec.ci", "ee.ik", "eg.tn",
    "es.dni", "es.nie", "fi.hetu", "fr.nir", "gb.nhs", "gb.utr", "gr.amka", "hr.oib", "id.nik", "ie.pps",
    "il.idnr", "in_.aadhaar", "in_.pan", "is_.kennitala", "it.codicefiscale", "jp.in_", "kr.rrn", "lt.asmens",
    "lv.pvn", "mx.curp", "mx.rfc", "my.nric", "nl.bsn", "no.fodselsnummer", "nz.ird", "pe.cui", "pe.ruc",
    "pk.cnic", "pl.pesel", "pt.cc", "pt.nif", "ro.cnp", "ru.inn", "se.personnummer", "si.emso", "th.pin",
    "tr.tckimlik", "ua.rntrc", "us.ein", "us.itin", "za.idnr",
)  # fmt: skip
_IBAN_LENGTHS: Final = range(15, 35)
_BASE_36: Final = {letter: str(int(letter, 36)) for letter in string.digits + string.ascii_uppercase}
_SNILS_CHECK: Final = 101
_NRIC_WEIGHTS: Final = (2, 7, 6, 5, 4, 3, 2)
_NRIC_LETTERS: Final = {"S": "JZIHGFEDCBA", "T": "GFEDCBAJZIH", "F": "XWUTRQPNMLK", "G": "RQPNMLKXWUT"}
_TAIWAN_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def us_ssn(number: str) -> bool:
    """Social Security numbers as assigned: no area 000, 666 or 900–999, no group 00, no serial 0000 (SSA, 2011)."""
    digits = _digits(number)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return len(digits) == 9 and area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def gb_nino(number: str) -> bool:
    """National Insurance numbers: no prefix that is not allocated (HMRC NIM39110)."""
    return number[:2].upper() not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}


def ru_snils(number: str) -> bool:
    """Pension insurance numbers: the last two digits are the weighted sum of the nine before, modulo 101."""
    digits = _digits(number)
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(digits[:9])) % _SNILS_CHECK % 100
    return len(digits) == 11 and total == int(digits[9:])


def sg_nric(number: str) -> bool:
    """Identity numbers of Singapore: a check letter, by the series."""
    total = sum(int(digit) * weight for digit, weight in zip(number[1:8], _NRIC_WEIGHTS, strict=True))
    return _NRIC_LETTERS[number[0]][total % 11] == number[8]


def tw_id(number: str) -> bool:
    """National identity numbers of Taiwan: weighted sum of the letter's number and the digits, modulo 10."""
    tens, ones = divmod(_TAIWAN_LETTERS.index(number[0]) + 10, 10)
    weights = (8, 7, 6, 5, 4, 3, 2, 1, 1)
    total = tens + ones * 9 + sum(int(digit) * weight for digit, weight in zip(number[1:], weights, strict=True))
    return total % 10 == 0


def hk_id(number: str) -> bool:
    """Identity cards of Hong Kong: weighted sum of letters and digits with the check character, modulo 11."""
    body, check = number[:-3].rjust(8), number[-2]
    values = [36 if letter == " " else int(letter, 36) for letter in body]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if check == "A" else int(check))) % 11 == 0


def au_medicare(number: str) -> bool:
    """Medicare card numbers of Australia: the ninth digit is the weighted sum of the eight before, modulo 10."""
    digits = _digits(number)
    weights = (1, 3, 7, 9, 1, 3, 7, 9)
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 10 == int(digits[8])


def iban(text: bytes, start: int, end: int) -> Spans:
    """International bank account numbers (ISO 13616): length by country, modulo 97; a longer match is cut to one."""
    words = text[start:end].split(b" ")
    if text[end : end + 1].isalnum():
        words.pop()
    for count in range(len(words), 0, -1):
        literal = b"".join(words[:count])
        if len(literal) in _IBAN_LENGTHS and _is_account(literal.decode()):
            yield start, start + len(literal) + count - 1
            return


@lru_cache(maxsize=4096)
def _is_account(literal: str) -> bool:
    """ISO 7064 modulo 97-10, before python-stdnum looks at the country: most texts of the form end here."""
    number = "".join(map(_BASE_36.__getitem__, literal[4:] + literal[:4]))
    return int(number) % 97 == 1 and bool(stdnum_iban.is_valid(literal, check_country=False))


def document(text: bytes, start: int, end: int) -> Spans:
    """The number of a passport or licence, next to a word for it: mostly digits, standing alone."""
    literal = text[start:end]
    if sum(byte in b"0123456789" for byte in literal) >= 4 and is_alone(text, start, end):
        yield start, end


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def _number(is_valid: Callable[[str], bool], text: bytes, start: int, end: int) -> Spans:
    number = text[start:end].decode("ascii", "replace")
    if is_alone(text, start, end) and len(set(_digits(number))) > 1 and is_valid(number):
        yield start, end


@lru_cache(maxsize=4096)
def _of_stdnum(module: str, number: str) -> bool:
    try:
        return bool(import_module(f"stdnum.{module}").is_valid(number))
    except (LookupError, ValueError, TypeError, AttributeError):
        return False  # of places its tables know only in part (stdnum.cn.ric of 2.2)


_OURS: Final = (us_ssn, gb_nino, ru_snils, sg_nric, tw_id, hk_id, au_medicare)
NATIONAL_IDS: Final[dict[str, Validator]] = {
    **{module: partial(_number, partial(_of_stdnum, module)) for module in _MODULES},
    **{check.__name__: partial(_number, check) for check in _OURS},
}
"""By the name of python-stdnum's module, and of ours."""
