"""A contact list as people: rows with an organisation, a name, usable addresses and what is wrong with them. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from bsoo.registry import days, people, values
from bsoo.registry.columns import Layout, layout_of
from bsoo.registry.headers import Meaning
from bsoo.registry.spreadsheets import Sheet
from bsoo.registry.values import Cell, cleaned, text


@dataclass(slots=True)
class Row:
    """One person in a list; `number` and `sheet` say where it stands in the file."""

    sheet: str
    number: int
    organisation: str = ""
    department: str = ""
    sector: str = ""
    titles: str = ""
    given: str = ""
    infix: str = ""
    family: str = ""
    role: str = ""
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    street: str = ""
    postcode: str = ""
    city: str = ""
    website: str = ""
    kvk: str = ""
    language: str = ""
    themes: tuple[str, ...] = ()
    invited: bool | None = None
    left: bool = False
    left_on: date | None = None
    confirmed_on: date | None = None
    fault: "Fault | None" = None
    double_of: int = 0
    """The number of the earlier row with the same person."""

    @property
    def name(self) -> str:
        return people.joined(self.given, self.infix, self.family)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be taken over: what, in which cell, what it says, and what was probably meant."""

    kind: str
    cell: str = ""
    value: str = ""
    meant: str = ""


NO_ADDRESS, BAD_ADDRESS, NO_PERSON, TOO_LONG, BLOCKED = "no-address", "bad-address", "no-person", "too-long", "blocked"


@dataclass(slots=True)
class Table:
    """A sheet that was recognised as a contact list, with the meaning of its columns."""

    place: int
    sheet: str
    layout: Layout
    skipped: list[int] = field(default_factory=list)
    """Rows that are no person: titles, totals, headings."""


@dataclass(slots=True)
class ContactList:
    tables: list[Table]
    rows: list[Row]


Mapping_ = Mapping[int, Mapping[int, Meaning]]
"""Per sheet and column what a person chose instead of what was found."""


def contact_list(sheets: Sequence[Sheet], today: date, chosen: Mapping_ | None = None) -> ContactList:
    """Read every sheet that looks like a contact list; the others (explanations, codes) are left out."""
    tables: list[Table] = []
    rows: list[Row] = []
    for place, sheet in enumerate(sheets):
        layout = layout_of(sheet.rows, dict((chosen or {}).get(place, {})))
        if layout.is_contact_list:
            table = Table(place, sheet.name, layout)
            rows.extend(_Reader(sheet, table, today).rows())
            tables.append(table)
    mark_doubles(rows)
    return ContactList(tables, rows)


def mark_doubles(rows: Sequence[Row]) -> None:
    """The same address at the same organisation is the same person again; at another one it is a second seat."""
    first: dict[str, Row] = {}
    seats: set[tuple[str, str]] = set()
    for row in rows:
        if row.fault is not None:
            continue
        address, seat = row.emails[0], organisation_key(row.organisation)
        earlier = first.setdefault(address, row)
        another_person = values.folded(earlier.family) != values.folded(row.family)
        if earlier is not row and ((address, seat) in seats or not seat or another_person):
            row.double_of = earlier.number
        seats.add((address, seat))


_NO_KEY = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=50_000)
def organisation_key(name: str) -> str:
    """What two spellings of an organisation have in common: no capitals, accents, signs or spaces."""
    return _NO_KEY.sub(" ", values.folded(name).replace("&", " en ")).strip()


# --- one sheet --------------------------------------------------------------------------------------------------------

_TOTAL = re.compile(
    r"^(?:sub)?tota(?:al|len|l)\b|^aantal\b|^som\b|^sum\b|^einde?\b|"
    r"^\d+ (?:contacten|personen|rijen|deelnemers)\b",
    re.IGNORECASE,
)
_WORDS_OF_A_TOTAL = 3
_PERSON = (Meaning.NAME, Meaning.GIVEN, Meaning.FAMILY, Meaning.EMAIL, Meaning.PHONE, Meaning.ROLE)
_TELL_LEFT = (Meaning.LEFT, Meaning.REMARKS, Meaning.INVITED, Meaning.ROLE)
_NAMES = (Meaning.NAME, Meaning.FAMILY)
_MORE_THAN_A_NAME = re.compile(r"[(\[,;/]|\s-\s")
_YES_MARKS = frozenset({"x", "v", "✓", "✔", "√", "1", "☑"})
_LIMITS = {
    Meaning.ORGANISATION: 200,
    Meaning.NAME: 200,
    Meaning.GIVEN: 80,
    Meaning.FAMILY: 120,
    Meaning.ROLE: 120,
}
_SHORT = 80


class _Reader:
    """Walks one sheet from its header down, remembering the organisation for the rows that leave it blank."""

    def __init__(self, sheet: Sheet, table: Table, today: date) -> None:
        self.sheet, self.table, self.today = sheet, table, today
        header = table.layout.header
        start = 0 if header is None else header + 1
        self.header = [] if header is None else [values.text(cell) for cell in sheet.rows[header]]
        self.raw = sheet.rows[start:]
        # Each cell is cleaned once, here: with 10,000 rows this line is a fifth of the reading.
        self.said = [[cleaned(cell) if cell.__class__ is str else text(cell) for cell in cells] for cells in self.raw]
        self.first_number = sheet.first_row + start
        self.places: dict[Meaning, list[int]] = {}
        for column in table.layout.columns:
            self.places.setdefault(column.meaning, []).append(column.place)
        self.width = 1 + max((column.place for column in table.layout.columns), default=0)
        self.place = {meaning: self.places.get(meaning, [self.width])[0] for meaning in Meaning}
        self.emails = self.places.get(Meaning.EMAIL, [])
        self.phones = self.places.get(Meaning.PHONE, [])
        self.themes = self.places.get(Meaning.THEMES, [])
        self.telling = [place for meaning in _TELL_LEFT for place in self.places.get(meaning, [])]
        self.names = [place for meaning in _NAMES for place in self.places.get(meaning, [])]
        self.blank_is_no = self._marks_only_yes()
        self.blank_is_same = self._leaves_organisation_blank()
        self.organisation: list[str] = []

    def rows(self) -> Iterator[Row]:
        for place, said in enumerate(self.said):
            if not any(said):
                continue
            said.extend([""] * (self.width + 1 - len(said)))
            if self._is_no_person(said, place):
                self.table.skipped.append(self.first_number + place)
            else:
                yield self._row(said, place)

    def _is_no_person(self, said: list[str], place: int) -> bool:
        """Totals, the header once more, and headings: one organisation for the people on the rows below it."""
        if any(said[email] for email in self.emails):
            return bool(self.header) and said[: len(self.header)] == self.header
        filled = [shown for shown in said if shown]
        if _TOTAL.match(filled[0]) and len(filled) <= _WORDS_OF_A_TOTAL:
            return True
        if self._tells_of_a_person(said):
            return False
        if not said[self.place[Meaning.ORGANISATION]]:
            return len(filled) == 1
        below = self.said[place + 1] if place + 1 < len(self.said) else []
        below = [*below, *[""] * (self.width + 1 - len(below))]
        if below[self.place[Meaning.ORGANISATION]] or not self._tells_of_a_person(below):
            return False
        self.organisation = said
        return self.blank_is_same

    def _tells_of_a_person(self, said: list[str]) -> bool:
        return any(said[self.place[meaning]] for meaning in _PERSON)

    def _row(self, said: list[str], place: int) -> Row:
        row = Row(self.sheet.name, self.first_number + place)
        self._read_organisation(row, said)
        for email in self.emails:
            if said[email]:
                row.emails.extend(found for found in values.addresses_in(said[email]) if found not in row.emails)
        self._read_name(row, said)
        for phone in self.phones:
            if said[phone]:
                row.phones.extend(found for found in values.phones_in(said[phone]) if found not in row.phones)
        self._read_standing(row, said, self.raw[place])
        row.fault = self._fault(row, said)
        return row

    def _read_organisation(self, row: Row, said: list[str]) -> None:
        seat = said
        if said[self.place[Meaning.ORGANISATION]]:
            self.organisation = said
        elif self.blank_is_same and self.organisation:
            seat = self.organisation
        row.organisation = seat[self.place[Meaning.ORGANISATION]]
        row.department = said[self.place[Meaning.DEPARTMENT]]
        row.sector = said[self.place[Meaning.SECTOR]] or seat[self.place[Meaning.SECTOR]]
        row.city = said[self.place[Meaning.CITY]] or seat[self.place[Meaning.CITY]]
        row.website = said[self.place[Meaning.WEBSITE]] or seat[self.place[Meaning.WEBSITE]]
        row.kvk = said[self.place[Meaning.KVK]] or seat[self.place[Meaning.KVK]]
        where = said if said[self.place[Meaning.STREET]] else seat
        row.street = f"{where[self.place[Meaning.STREET]]} {where[self.place[Meaning.HOUSE_NUMBER]]}".strip()
        if postcode := said[self.place[Meaning.POSTCODE]] or seat[self.place[Meaning.POSTCODE]]:
            row.postcode = values.postcode(postcode)

    def _read_name(self, row: Row, said: list[str]) -> None:
        given, infix, family = (said[self.place[part]] for part in (Meaning.GIVEN, Meaning.INFIX, Meaning.FAMILY))
        row.titles, row.role = said[self.place[Meaning.TITLES]], said[self.place[Meaning.ROLE]]
        if family:
            row.given, row.infix, row.family = given, people.clean_infix(infix), family
            if not infix:
                row.infix, row.family = people.split_family(family)
            return
        whole = said[self.place[Meaning.NAME]] or f"{given} {infix}".strip() or self._display_name(said)
        if whole and "@" not in whole:
            name = people.split_name(whole)
            row.given, row.infix, row.family = name.given, name.infix, name.family
            row.titles, row.role = row.titles or name.titles, row.role or name.role

    def _display_name(self, said: list[str]) -> str:
        return next((name for email in self.emails if (name := values.display_name(said[email]))), "")

    def _read_standing(self, row: Row, said: list[str], raw: list[Cell]) -> None:
        invited = said[self.place[Meaning.INVITED]]
        row.invited = values.yes_or_no(invited) if invited else (False if self.blank_is_no else None)
        if len(self.themes) == 1:
            row.themes = values.words(said[self.themes[0]])
        elif self.themes:
            row.themes = tuple(dict.fromkeys(word for place in self.themes for word in values.words(said[place])))
        row.language = _language(said[self.place[Meaning.LANGUAGE]])
        checked = self.place[Meaning.CONFIRMED]
        row.confirmed_on = days.day(raw[checked]) if checked < len(raw) else None
        self._read_left(row, said, raw)

    def _read_left(self, row: Row, said: list[str], raw: list[Cell]) -> None:
        """Somebody left when a remark says so, a "left" column says yes or a date, or the row is struck through."""
        row.left = row.number in self.sheet.struck
        telling = self.telling + [place for place in self.names if _MORE_THAN_A_NAME.search(said[place])]
        for place in telling:
            if said[place] and values.says_left(said[place]):
                row.left_on = days.past_day(said[place], self.today)
                row.left = row.left_on is None or row.left_on <= self.today
                return
        for place in self.places.get(Meaning.LEFT, ()):
            row.left_on = days.past_day(raw[place], self.today) if place < len(raw) else None
            row.left = row.left or (row.left_on <= self.today if row.left_on else values.yes_or_no(said[place]) is True)

    def _fault(self, row: Row, said: list[str]) -> Fault | None:
        if not row.emails:
            return self._no_address(row, said)
        if max(len(row.organisation), len(row.family), len(row.role), len(row.given)) <= _SHORT:
            return None
        for meaning, most in _LIMITS.items():
            if len(said[self.place[meaning]]) > most:
                cell = f"{column_letters(self.place[meaning])}{row.number}"
                return Fault(TOO_LONG, cell, said[self.place[meaning]][:_SHORT])
        return None

    def _no_address(self, row: Row, said: list[str]) -> Fault:
        if not self.emails:
            return Fault(NO_ADDRESS)
        typed, cell = said[self.emails[0]], f"{column_letters(self.emails[0])}{row.number}"
        if not typed:
            return Fault(NO_ADDRESS if self._tells_of_a_person(said) else NO_PERSON, cell)
        return Fault(BAD_ADDRESS, cell, typed[:120], values.meant_address(typed))

    def _marks_only_yes(self) -> bool:
        """In a column that holds crosses and nothing else, an empty cell means no."""
        place = self.place[Meaning.INVITED]
        marks = {said[place].casefold() for said in self.said if place < len(said)} - {""}
        return bool(marks) and marks <= _YES_MARKS

    def _leaves_organisation_blank(self) -> bool:
        """Whether an empty organisation means "as above": mostly the same mail domain, or simply often empty."""
        place, email = self.place[Meaning.ORGANISATION], self.emails[0] if self.emails else self.width
        blank = same = filled = 0
        above = ""
        for said in self.said:
            domain = said[email].rpartition("@")[2].strip(" >;,.").casefold() if email < len(said) else ""
            if place < len(said) and said[place]:
                filled += 1
                above = domain
            elif domain:
                blank += 1
                same += domain == above
        return same * 2 >= blank or blank * 10 >= filled


_ENGLISH = frozenset({"en", "eng", "engels", "english", "uk", "gb"})
_DUTCH = frozenset({"nl", "ned", "nederlands", "dutch", "nld"})


def _language(said: str) -> str:
    word = said.casefold()
    return "en" if word in _ENGLISH else "nl" if word in _DUTCH else ""


def column_letters(place: int) -> str:
    """The spreadsheet's own name of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
