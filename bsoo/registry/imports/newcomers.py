"""Contacts that a list makes, and what it adds to contacts that are there: addresses, seats, a place in the region."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from bsoo import clock
from bsoo.i18n import gettext as _
from bsoo.registry import people
from bsoo.registry.imports import vocabulary
from bsoo.registry.imports.changes import SEARCH, Changes
from bsoo.registry.imports.houses import Houses
from bsoo.registry.imports.known import Known, Person, Place, Seat
from bsoo.registry.imports.listed import Row
from bsoo.registry.mailboxes import is_shared
from bsoo.registry.models import MemberStatus
from bsoo.registry.values import folded


class Newcomers:
    """Gathers the rows that are to be inserted for people."""

    def __init__(self, known: Known, houses: Houses, changes: Changes, ids: Iterator[UUID], source: str) -> None:
        self.known, self.houses, self.changes, self.ids, self.source = known, houses, changes, ids, source
        self.today: date = clock.today()
        self.made: dict[UUID, list[object]] = {}

    def make(self, row: Row) -> Person:
        """Somebody whom nobody knew, with all that the row says."""
        name = people.joined(row.given, row.infix, row.family)[:240] or row.organisation[:240] or row.emails[0][:240]
        person = Person(
            id=next(self.ids),
            title=row.titles[:40],
            given=row.given,
            infix=row.infix[:40],
            family=row.family,
            phone=phone_of(row),
            language=row.language or "nl",
            notes=vocabulary.noted("", row.kept_of_person),
            is_new=True,
        )
        made: list[object] = [
            *(person.id, person.title, person.given, person.infix, person.family, name),
            people.sort_name(person.given, person.infix, person.family) or folded(name),
            *(_searchable(name, row.organisation, row.role, *row.emails, _digits(person.phone)), ""),
            *(person.phone, person.language),
            not row.family or is_shared(row.emails[0]),
            person.notes,
        ]
        self.changes.inserts.setdefault("contact", []).append(made)
        self.made[person.id] = made
        self.add_addresses(row, person)
        self.take_seat(row, person)
        self.take_place(row, person)
        return person

    def add_addresses(self, row: Row, person: Person, listed: str = "") -> list[str]:
        """The first address is the one that is used. One of another contact stays there; one that the last list had
        and the registry has no more was removed here."""
        added = [email for email in row.emails if email not in self.known.people and email not in listed.split()]
        self.known.people.update(dict.fromkeys(added, person))
        for email in added:
            is_used = person.is_new and email == row.emails[0]
            self.changes.add("contact_address", next(self.ids), person.id, email, is_used)
        return added

    def take_seat(self, row: Row, person: Person) -> None:
        """A position at the organisation of the row, if it names one; ended for who has left."""
        house = self.houses.of(row)
        if house is None:
            return
        seat = Seat(next(self.ids), row.role, row.department[:120], self.left_on(row))
        person.seats[house.id] = seat
        because = self.because() if seat.ended_on else ""
        if person.is_new and not seat.ended_on:
            self.changes.sits(self.made[person.id], house.id, house.does)
        self.changes.add(
            "affiliation", seat.id, person.id, house.id, seat.role, seat.department, seat.ended_on, because
        )

    def take_place(self, row: Row, person: Person) -> None:
        """A place in the region."""
        status = row.status or MemberStatus.MEMBER
        person.place = Place(next(self.ids), status, row.invited is not False, row.confirmed_on, None, self._said(row))
        person.in_region = True
        place = person.place
        self.changes.add("membership", place.id, person.id, place.status, place.invited, row.confirmed_on, place.listed)

    def _said(self, row: Row) -> dict[str, str]:
        """What the row says in fields that may be edited here too: the next list is compared with it."""
        said = [
            ("name", row.name if row.family else ""),
            ("title", row.titles[:40]),
            ("phone", phone_of(row)),
            ("language", row.language),
            ("status", row.status or ""),
            ("invited", yes_or_no(row.invited)),
            ("emails", " ".join(row.emails)),
            ("kept", "\n".join(row.kept_of_person)),
        ]
        if house := self.houses.of(row):
            said += said_of_seat(row, house.id.hex)
        return {name: words for name, words in said if words}

    def left_on(self, row: Row) -> date | None:
        """The day from which somebody works there no more."""
        return (row.left_on or self.today) if row.left else None

    def because(self) -> str:
        """Why the seat of who left has ended."""
        return _("Has left, says the list %(file)s", file=self.source)[:200]

    def search_again(self, row: Row, person: Person) -> None:
        """Another row spoke of somebody: they are found by its words too."""
        if person.is_new:
            made = self.made[person.id]
            made[SEARCH] = _searchable(str(made[SEARCH]), row.organisation, row.role)
        else:
            self.changes.touched.add(person.id)


def said_of_seat(row: Row, house: str) -> list[tuple[str, str]]:
    """What a row says of a seat at an organisation, by which it is remembered."""
    return [
        (f"role@{house}", row.role),
        (f"department@{house}", row.department[:120]),
        (f"left@{house}", "yes" if row.left else ""),
    ]


_PHONE_COLUMN = 40


def phone_of(row: Row) -> str:
    """One or two numbers, as many as fit."""
    shown = ", ".join(row.phones[:2])
    return shown if len(shown) <= _PHONE_COLUMN else row.phones[0]


def _searchable(*said: str) -> str:
    return folded(" ".join(filter(None, said)))[:1200]


def _digits(phone: str) -> str:
    """How people type a number when they look for it: 0612345678."""
    return phone.replace("+31", "0")


def yes_or_no(value: bool | None) -> str:
    """As lists are remembered: yes, no, or nothing."""
    return "" if value is None else "yes" if value else "no"
