"""One sheet to people, from its header down; rows that leave the organisation blank have the one above. Pure."""

import re
from collections.abc import Iterator
from datetime import date

from bsoo.registry import people, values
from bsoo.registry.imports import days
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.listed import BAD_ADDRESS, NO_ADDRESS, NO_PERSON, TOO_LONG, Fault, Row, Table, column_letters
from bsoo.registry.imports.sheets import Sheet
from bsoo.registry.values import Cell, text

_TOTAL = re.compile(
    r"^(?:sub)?tota(?:al|len|l)\b|^aantal\b|^som\b|^sum\b|^einde?\b|"
    r"^\d+ (?:contacten|personen|rijen|deelnemers)\b",
    re.IGNORECASE,
)
_WORDS_OF_A_TOTAL = 3
_PERSON = (Meaning.NAME, Meaning.GIVEN, Meaning.FAMILY, Meaning.EMAIL, Meaning.PHONE, Meaning.ROLE)
_TELL_LEFT = (Meaning.LEFT, Meaning.REMARKS, Meaning.STATUS, Meaning.INVITED, Meaning.ROLE)
_NAMES = (Meaning.NAME, Meaning.FAMILY)
_YES_MARKS = frozenset({"x", "v", "✓", "✔", "√", "1", "☑"})
_LIMITS = {
    Meaning.ORGANISATION: 200,
    Meaning.NAME: 200,
    Meaning.GIVEN: 80,
    Meaning.FAMILY: 120,
    Meaning.ROLE: 120,
}
_SHORT = 80
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"\d[\d\s()./-]{7,}\d")
_OF_HOUSE = {
    Meaning.SECTOR: "sector",
    Meaning.CITY: "city",
    Meaning.WEBSITE: "website",
    Meaning.KVK: "kvk",
    Meaning.POSTCODE: "postcode",
}
"""What a row says about its organisation, and where it is kept."""


class _Cleaned(dict[Cell, str]):
    """Texts without stray spaces and signs; lists repeat themselves, so each text is cleaned once."""

    def __missing__(self, cell: Cell) -> str:
        said = self[cell] = text(cell)
        return said


class SheetReader:
    """Walks one sheet from its header down, remembering the organisation for the rows that leave it blank."""

    def __init__(self, sheet: Sheet, table: Table, today: date) -> None:
        self.sheet, self.table, self.today = sheet, table, today
        header = table.layout.header
        start = 0 if header is None else header + 1
        self.header = [] if header is None else [values.text(cell) for cell in sheet.rows[header]]
        self.raw = sheet.rows[start:]
        clean = _Cleaned()
        self.said = [[clean[cell] if cell.__class__ is str else text(cell) for cell in cells] for cells in self.raw]
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
        self.of_house = [(name, self.place[meaning]) for meaning, name in _OF_HOUSE.items() if meaning in self.places]
        self.has_street = Meaning.STREET in self.places
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
        row = Row(self.sheet.name, self.first_number + place, self.table.place)
        self._read_organisation(row, said)
        for email in self.emails:
            if said[email]:
                row.emails += [found for found in values.addresses_in(said[email]) if found not in row.emails]
        self._read_name(row, said)
        for phone in self.phones:
            if said[phone]:
                row.phones += [found for found in values.phones_in(said[phone]) if found not in row.phones]
        if not self.phones:
            for email in self.emails:
                row.phones += values.phones_in(_ADDRESS.sub(" ", said[email])) if _NUMBER.search(said[email]) else []
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
        for name, place in self.of_house:
            setattr(row, name, said[place] or seat[place])
        if self.has_street:
            where = said if said[self.place[Meaning.STREET]] else seat
            row.street = f"{where[self.place[Meaning.STREET]]} {where[self.place[Meaning.HOUSE_NUMBER]]}".strip()
        if row.postcode:
            row.postcode = values.postcode(row.postcode)

    def _read_name(self, row: Row, said: list[str]) -> None:
        given, infix, family = (said[self.place[part]] for part in (Meaning.GIVEN, Meaning.INFIX, Meaning.FAMILY))
        row.titles = said[self.place[Meaning.TITLES]]
        row.role = values.without_leaving(said[self.place[Meaning.ROLE]])
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
        row.invited_said, row.invited = invited, False if self.blank_is_no and not invited else None
        row.status_said = said[self.place[Meaning.STATUS]]
        row.region_said = said[self.place[Meaning.REGION]]
        if len(self.themes) == 1:
            row.themes = values.words(said[self.themes[0]])
        elif self.themes:
            row.themes = tuple(dict.fromkeys(word for place in self.themes for word in values.words(said[place])))
        row.language = said[self.place[Meaning.LANGUAGE]]
        checked = self.place[Meaning.CONFIRMED]
        row.confirmed_on = days.day(raw[checked]) if checked < len(raw) else None
        self._read_left(row, said, raw)

    def _read_left(self, row: Row, said: list[str], raw: list[Cell]) -> None:
        """Somebody left when a remark says so, a "left" column says yes or a date, or the row is struck through."""
        row.left = row.number in self.sheet.struck
        for place in (*self.telling, *self.names):
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
        """Whether an empty organisation means "as above": mostly the same mail domain, or simply often empty.

        A list that tells titles and languages came from here, and names the organisation on each row.
        """
        if {Meaning.TITLES, Meaning.LANGUAGE} <= self.places.keys():
            return False
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
