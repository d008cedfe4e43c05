"""Numbers that belong to one person: phone, BSN, IBAN, V-number."""

import re
from collections.abc import Iterator

from stdnum import iban as iban_rules
from stdnum.nl import bsn as bsn_rules

from bsoo.signals.guard.kinds import HARD, SOFT, Cues, Finding, Known, What, national_digits

_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\(?\+|00)\s?\(?[1-9](?:[ ().\-/]{0,3}\d){7,13}(?!\d)")
_NATIONAL = re.compile(r"(?<![\d+])(?<!\d[.,\-/])\(?0(?:6|[1-9]\d{1,2})\)?(?:[ ().\-/]{0,3}\d){6,8}(?!\d)")
_BY_CUE = re.compile(
    r"\b(?:tel|tel\.|telefoon|telefoonnummer|bel|bellen|gsm|mobiel|mobile|whatsapp|app|phone|call|text)"
    r"\W{0,3}(?:op|is|me|hem|haar|naar|on|at|him|her)?\W{0,3}(?P<number>[1-9](?:[ .\-]?\d){6,12})(?!\d)",
    re.IGNORECASE,
)
NATIONAL_DIGITS = 10
_DATE_LIKE = re.compile(r"\(?0?\d{1,2}[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:19|20)\d\d(?!\d)")
_PUBLIC_LINE = re.compile(r"0(?:800|90[069]|88[ -]?00)")

_BSN_CUE = re.compile(r"\b(?:bsn|burgerservice\w*|sofi\w*|citizen service)\b", re.IGNORECASE)
_BSN = re.compile(
    r"(?<![\d+€])(?<!\d[.,])(?<!€ )(?:\d{9}|\d{3}([ .\-])\d{3}\1\d{3}|\d{4}([ .\-])\d{2}\2\d{3}|\d([ .\-])\d(?:\3\d){7}"
    r"|\d{2}([ .\-])\d{2}\4\d{2}\4\d{3}|\d{3}([ .\-])\d{2}\5\d{2}\5\d{2})(?!\d)(?![.,\-]\d)(?! ?(?:euro|eur)\b)",
    re.IGNORECASE,
)
_NUMBER_AFTER_CUE = re.compile(
    r"\W{0,4}(?:nummer|nr|number|no)?[\W]{0,3}(?:is|was|:)?\W{0,3}(\d(?:[ .\-]?\d){7,8})(?!\d)"
)

_IBAN = re.compile(r"(?<![^\W_])(?=([A-Z]{2}\d{2}(?:[ .\-]?[A-Z0-9]){11,30}))", re.IGNORECASE)
_IBAN_LENGTH = {
    **dict.fromkeys(["NO"], 15),
    **dict.fromkeys(["BE"], 16),
    **dict.fromkeys(["DK", "FI", "FO", "GL", "NL"], 18),
    **dict.fromkeys(["MK", "SI"], 19),
    **dict.fromkeys(["AT", "BA", "EE", "KZ", "LT", "LU", "XK"], 20),
    **dict.fromkeys(["CH", "CR", "HR", "LI", "LV"], 21),
    **dict.fromkeys(["BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS"], 22),
    **dict.fromkeys(["AE", "GI", "IL", "IQ", "TL"], 23),
    **dict.fromkeys(["AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"], 24),
    **dict.fromkeys(["AO", "CV", "LY", "PT", "ST"], 25),
    **dict.fromkeys(["IS", "TR"], 26),
    **dict.fromkeys(["FR", "GR", "IT", "MC", "MR", "SM"], 27),
    **dict.fromkeys(["AL", "AZ", "BY", "CI", "CY", "DO", "GT", "HU", "LB", "MA", "PL", "SN", "SV"], 28),
    **dict.fromkeys(["BR", "EG", "PS", "QA", "UA"], 29),
    **dict.fromkeys(["JO", "KW", "MU"], 30),
    **dict.fromkeys(["MT", "SC"], 31),
}
_DUTCH_ACCOUNT = re.compile(r"NL\d{2}[A-Z]{4}\d{10}", re.IGNORECASE)

_V_CUE = re.compile(
    r"\b(?:v[ .\-]{0,2}(?:nummers?|nrs?|num|no|number)\b|vreemdelingen?nummer|ind[ -]?(?:nummer|number)"
    r"|alien(?: registration)? number)",
    re.IGNORECASE,
)
_V_NUMBER = re.compile(r"(?<![\d+])(?<!\d[ .\-])[1-9]\d{2}([ .\-]?)\d{3}\1\d{4}(?!\d)(?![ .\-]\d)")
_TEN_DIGITS = re.compile(r"[1-9](?:[ .\-]?\d){9}(?!\d)")


def phones(text: str, known: Known) -> Iterator[Finding]:
    """Dutch and foreign numbers in any spacing; not 0800, 0900, 14 0xx, 112, nor a number of the network itself."""
    for pattern in (_INTERNATIONAL, _NATIONAL):
        for match in pattern.finditer(text):
            digits = national_digits(match.group())
            if pattern is _NATIONAL and (len(digits) != NATIONAL_DIGITS or _DATE_LIKE.match(match.group())):
                continue
            if not _PUBLIC_LINE.match(digits) and digits not in known.phones:
                yield Finding(match.start(), match.end(), What.PHONE, HARD)
    for match in _BY_CUE.finditer(text):  # without a 0 in front, or without the + of +31
        if known.phones.isdisjoint({"0" + national_digits(match["number"]), national_digits("+" + match["number"])}):
            yield Finding(*match.span("number"), What.PHONE, HARD)


def citizen_numbers(text: str) -> Iterator[Finding]:
    """Nine digits that pass the 11-test (also an RSIN does), or that stand behind the word BSN."""
    for match in _BSN.finditer(text):
        if bsn_rules.is_valid(match.group()):
            yield Finding(match.start(), match.end(), What.BSN, HARD)
    for cue in _BSN_CUE.finditer(text):
        if number := _NUMBER_AFTER_CUE.match(text, cue.end()):
            yield Finding(*number.span(1), What.BSN, HARD)


def accounts(text: str) -> Iterator[Finding]:
    """Bank accounts by ISO 13616: right length for the country and mod 97; a Dutch one also with a typing error."""
    for match in _IBAN.finditer(text):
        end = _end_of_account(text, match.start(), _IBAN_LENGTH.get(match[1][:2].upper(), 0))
        if not end:
            continue
        compact = re.sub(r"[ .\-]", "", text[match.start() : end])
        if _DUTCH_ACCOUNT.fullmatch(compact) or iban_rules.is_valid(compact, check_country=False):
            yield Finding(match.start(), end, What.IBAN, HARD)


def _end_of_account(text: str, start: int, length: int) -> int:
    """Where the account that starts here ends, or 0 when it has not as many signs as its country wants."""
    place, left = start, length
    while left and place < len(text):
        left -= text[place] not in " .-"
        place += 1
    inside_a_word = place < len(text) and text[place].isalnum()
    return 0 if left or inside_a_word else place


def alien_numbers(text: str) -> Iterator[Finding]:
    """The ten digits of the immigration service: certain near "V-nummer", a question when only grouped 3-3-4."""
    cues = Cues(_V_CUE, text)
    for match in _V_NUMBER.finditer(text):
        near = cues.near(match.start(), match.end(), before=60, after=25)
        if near or match[1]:
            yield Finding(match.start(), match.end(), What.V_NUMBER, HARD if near else SOFT)
    for end in cues.ends:
        if number := _TEN_DIGITS.search(text, end, end + 40):
            yield Finding(number.start(), number.end(), What.V_NUMBER, HARD)
