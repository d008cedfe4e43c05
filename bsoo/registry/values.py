"""Single cells of a contact list: what people type, turned into what the registry keeps. Pure."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bsoo.text import fold

Cell = str | float | int | bool | time | date | datetime | timedelta | None

_FORMULA = frozenset("=+-@")
_INVISIBLE: dict[int, str | None] = dict.fromkeys((*range(9), *range(14, 28), 127, *range(128, 160)))
_INVISIBLE |= dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202c"))
_NOTHING = frozenset(
    {"-", "--", "---", "?", "??", ".", "n.v.t.", "n.v.t", "nvt", "n/a", "na", "geen", "leeg", "onbekend"}
)


def text(cell: Cell) -> str:
    """What a cell says, without the spaces, line ends and invisible signs that copying leaves behind."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        # An apostrophe before a sign of a formula was put there to keep a spreadsheet from calculating it.
        return cleaned(cell[1:] if cell[0] == "'" and cell[1:2] in _FORMULA else cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


MOST_SIGNS = 2_000
"""Of one cell; nobody types more, and patterns that look for addresses take their time over megabytes."""


def cleaned(typed: str) -> str:
    if not typed.isascii() or not typed.isprintable():
        typed = unicodedata.normalize("NFC", typed).translate(_INVISIBLE)
    return " ".join(typed.split())[:MOST_SIGNS]


def folded(typed: str) -> str:
    """Lower case without accents, for searching and comparing: Yılmaz and Sørensen are found as yilmaz and sorensen."""
    return typed.lower() if typed.isascii() else _folded(typed)


_folded = lru_cache(maxsize=20_000)(fold)


# --- e-mail -----------------------------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_PLAIN_ADDRESS = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_SPELLED_AT = re.compile(r"\s*[(\[{]\s*(?:at|apenstaartje)\s*[)\]}]\s*", re.IGNORECASE)
_SPELLED_DOT = re.compile(r"\s*[(\[{]\s*(?:dot|punt)\s*[)\]}]\s*", re.IGNORECASE)
_MAX_ADDRESS = 254
_MAX_LOCAL = 64
_MAX_LABEL = 63


def addresses(cell: Cell) -> list[str]:
    """Every usable e-mail address in a cell, in lower case and in the order of the cell."""
    return addresses_in(text(cell))


def addresses_in(typed: str) -> list[str]:
    if "@" not in typed:
        return []
    plain = typed.rstrip(";,. ").lower()
    if _PLAIN_ADDRESS.fullmatch(plain):
        return [plain] if _fits(plain) else []
    found = (match.lower().removeprefix("mailto:").strip(".'") for match in _ADDRESS.findall(plain))
    return list(dict.fromkeys(address for address in found if is_address(address)))


def is_address(address: str) -> bool:
    """Whether mail could be sent to this: one local part, a domain with a dot, no two dots in a row."""
    local, _, domain = address.rpartition("@")
    labels = domain.split(".")
    return (
        _fits(address)
        and bool(local)
        and ".." not in local
        and not local.startswith(".")
        and not local.endswith(".")
        and len(labels) > 1
        and all(0 < len(label) <= _MAX_LABEL and label[0] != "-" and label[-1] != "-" for label in labels)
        and len(labels[-1]) > 1
        and not labels[-1].isdigit()
    )


def _fits(address: str) -> bool:
    return len(address) <= _MAX_ADDRESS and address.index("@") <= _MAX_LOCAL


def display_name(cell: Cell) -> str:
    """The name in `Name <address>`, empty when the cell holds no such form."""
    before, bracket, _ = text(cell).partition("<")
    return before.strip(" \"'") if bracket and "@" not in before else ""


def meant_address(cell: Cell) -> str:
    """What somebody probably meant who wrote `info(at)example.org`; a suggestion, never used by itself."""
    typed = _SPELLED_DOT.sub(".", _SPELLED_AT.sub("@", text(cell)))
    found = addresses(typed.replace(" ", ""))
    return found[0] if len(found) == 1 else ""


# --- telephone --------------------------------------------------------------------------------------------------------

_BETWEEN_PHONES = re.compile(r"\s*(?:[;,|\n]|\bof\b|\bor\b|\ben\b|\s/|/\s|(?<=\d{6})/(?=[0+]))\s*", re.IGNORECASE)
_ONE_PHONE, _SHORTEST_PHONE, _NETHERLANDS = 16, 7, 31
_NO_DIGIT = re.compile(r"[^\d+]+")
_DUTCH = re.compile(r"(?:\+31|0031|0)?0?([1-9]\d{8})")
_DUTCH_SHORT = re.compile(r"0(?:800|900|906|909|88|14)\d{2,7}")


def phones(cell: Cell) -> list[str]:
    """The numbers of a cell as +31612345678, also those that lost their zero to a spreadsheet."""
    return phones_in(text(cell))


def phones_in(typed: str) -> list[str]:
    if not typed:
        return []
    if len(typed) <= _ONE_PHONE:
        return [number] if (number := _phone(typed)) else []
    parts = _BETWEEN_PHONES.split(typed)
    return list(dict.fromkeys(number for part in parts if (number := _phone(part))))


def _phone(typed: str) -> str:
    digits = _NO_DIGIT.sub("", typed.replace("(0)", "") if "(" in typed else typed)
    if match := _DUTCH.fullmatch(digits):
        return "+31" + match[1]
    if len(digits) < _SHORTEST_PHONE and not _DUTCH_SHORT.fullmatch(digits):
        return ""
    return _foreign_phone(digits)


def _foreign_phone(digits: str) -> str:
    import phonenumbers  # noqa: PLC0415 - its metadata is only needed for the rare number that is not Dutch

    try:
        number = phonenumbers.parse(digits, "NL")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=5_000)
def shown_phone(number: str) -> str:
    """The way Dutch readers write a number: 06 12345678, 020 123 4567, +32 2 123 45 67."""
    import phonenumbers  # noqa: PLC0415 - see above

    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == _NETHERLANDS
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def shown_phones(kept: str) -> str:
    """Every number of somebody, as they are kept: with a comma in between."""
    return ", ".join(map(shown_phone, kept.split(", "))) if kept else ""


# --- yes and no, postcode, lists of words -----------------------------------------------------------------------------

_YES = frozenset(
    {"x", "xx", "ja", "j", "y", "yes", "1", "true", "waar", "v", "✓", "✔", "√", "☑", "wel", "ok", "+", "graag"}
)
_NO = frozenset({"nee", "neen", "n", "no", "0", "false", "onwaar", "niet", "nooit", "-", "✗", "✘", "☐", "geen"})
_YES_BEGINS = ("ja ", "ja,", "ja.", "ja;", "ja!", "ja(", "ja -", "yes ", "yes,", "wel ")
_NO_BEGINS = ("nee ", "nee,", "nee.", "nee;", "nee(", "niet ", "no ", "no,", "geen ", "not ", "stop")


@lru_cache(maxsize=2_000)
def yes_or_no(typed: str) -> bool | None:
    """True, False, or None for what says neither ("soms")."""
    word = folded(typed).strip()
    if word in _YES or word.startswith(_YES_BEGINS):
        return True
    if word in _NO or word.startswith(_NO_BEGINS):
        return False
    return None


_POSTCODE = re.compile(r"\b([1-9]\d{3})\s?([a-z]{2})\b", re.IGNORECASE)


def postcode(cell: Cell) -> str:
    """A Dutch postcode as 1234 AB; anything else as it stands."""
    typed = text(cell)
    match = _POSTCODE.search(typed)
    return f"{match[1]} {match[2].upper()}" if match else typed


_BETWEEN_WORDS = re.compile(r"\s*(?:[;/,|•·]|\s-\s)\s*")


@lru_cache(maxsize=20_000)
def words(typed: str) -> tuple[str, ...]:
    """The parts of a list in one cell: "onderdak; voedsel", "onderdak / voedsel", "onderdak, voedsel"."""
    parts = (part.strip(" .") for part in _BETWEEN_WORDS.split(typed))
    return tuple(dict.fromkeys(part for part in parts if part and part.casefold() not in _NOTHING))


# --- left -------------------------------------------------------------------------------------------------------------

_YES_OR_NO = 3
"""Shorter cells say yes or no, not that somebody left."""
_LEFT = (
    r"\b(?:uit\s?dienst|vertrokken|weg\s+(?:per|sinds|bij)|niet meer (?:werkzaam|in dienst|actief)|gestopt|"
    r"met pensioen|gepensioneerd|overleden|werkt (?:hier |er )?niet meer|andere baan|elders werkzaam|"
    r"has left|left (?:in|on|per|the)|no longer (?:works|employed)|retired)\b"
)
_LEFT_SMALL, _LEFT_ANY = re.compile(_LEFT), re.compile(_LEFT, re.IGNORECASE)

_BETWEEN = " ,;:/|–-"


def says_left(typed: str) -> bool:
    """Whether a remark says that somebody works there no more."""
    return len(typed) > _YES_OR_NO and _remark(typed) is not None


def without_leaving(typed: str) -> str:
    """What is said besides that somebody left: "Kees Bos" of "Kees Bos - uit dienst per 1-9"."""
    remark = _remark(typed)
    if remark is None:
        return typed
    before, behind = typed[: remark.start()].strip(_BETWEEN), typed[remark.end() :].lstrip()
    return before or (behind.strip(_BETWEEN) if behind[:1] in _BETWEEN else "")


@lru_cache(maxsize=10_000)
def _remark(typed: str) -> re.Match[str] | None:
    """Where it is said. Every name of a list is asked, and twice; in small letters that is half the work."""
    return _LEFT_SMALL.search(typed.lower()) if typed.isascii() else _LEFT_ANY.search(typed)
