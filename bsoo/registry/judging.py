"""The verdict on each row of a list, and the rows of the database that would follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from bsoo import clock
from bsoo.i18n import gettext as _
from bsoo.registry import bulk, people
from bsoo.registry.changes import SEARCH, Changes, Difference, Values, Verdict
from bsoo.registry.houses import Houses
from bsoo.registry.known import House, Known, Person, Place, Seat
from bsoo.registry.listed import BLOCKED, Fault, Row
from bsoo.registry.values import folded

_SHARED = "info contact secretariaat post mail administratie algemeen bestuur balie receptie team"
_ROLE_MAILBOXES = frozenset(_SHARED.split())


@dataclass(slots=True)
class Judged:
    """A row with its verdict."""

    row: Row
    verdict: Verdict
    differences: list[Difference] = field(default_factory=list)
    contact_id: UUID | None = None


class Judge:
    """Goes through the rows in order; what an earlier row makes is known to the later ones."""

    def __init__(self, known: Known, region_id: UUID, region_name: str, source: str) -> None:
        self.known, self.region_id, self.region_name, self.source = known, region_id, region_name, source
        self.now: datetime = clock.now()
        self.today: date = clock.today()
        self.changes = Changes()
        self.ids = bulk.ids()
        self.houses = Houses(known, region_id, region_name, self.changes, self.ids)
        self.made: dict[UUID, list[object]] = {}
        self.settled: set[tuple[UUID, UUID | None]] = set()
        """Who, and which seats, an earlier row spoke of; its word stands, so a list is never at odds with itself."""

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """Organisations first, then the people in the order of the list."""
        for row in rows:
            if row.fault is None and row.emails[0] in self.known.blocked:
                row.fault = Fault(BLOCKED, value=row.emails[0])
        self.houses.settle(rows)
        return [self._judged(row) for row in rows]

    def _judged(self, row: Row) -> Judged:
        if row.fault is not None:
            return Judged(row, Verdict.PROBLEM)
        if row.double_of:
            return Judged(row, Verdict.DOUBLE)
        of_house = self.houses.changed_by(row)
        person = self.known.people.get(row.emails[0])
        if person is None:
            return Judged(row, Verdict.NEW, of_house, self._make(row))
        differences = of_house + self._differences(row, person)
        return Judged(row, Verdict.CHANGED if differences else Verdict.UNCHANGED, differences, person.id)

    # --- new contacts -------------------------------------------------------------------------------------------------

    def _make(self, row: Row) -> UUID:
        name = people.joined(row.given, row.infix, row.family)[:240] or row.organisation[:240] or row.emails[0][:240]
        person = Person(
            id=next(self.ids),
            title=row.titles[:40],
            given=row.given,
            infix=row.infix[:40],
            family=row.family,
            phone=_phone(row),
            language=row.language or "nl",
            is_new=True,
        )
        made: list[object] = [
            *(person.id, person.title, person.given, person.infix, person.family, name),
            people.sort_name(person.given, person.infix, person.family) or folded(name),
            _searchable(name, row.organisation, row.role, *row.emails, _digits(person.phone)),
            *(person.phone, person.language),
            not row.family or row.emails[0].partition("@")[0] in _ROLE_MAILBOXES,
        ]
        self.changes.inserts.setdefault("contact", []).append(made)
        self.made[person.id] = made
        self._add_addresses(row, person)
        house = self._take_seat(row, person)
        self._take_place(row, person)
        self.settled |= {(person.id, None), (person.id, house.id if house else None)}
        return person.id

    def _add_addresses(self, row: Row, person: Person) -> list[str]:
        """The first address is the one that is used; one that belongs to another contact is left where it is."""
        added = [email for email in row.emails if email not in self.known.people]
        self.known.people.update(dict.fromkeys(added, person))
        for email in added:
            self.changes.add("contact_address", next(self.ids), person.id, email, email == row.emails[0])
        return added

    def _take_seat(self, row: Row, person: Person) -> House | None:
        house = self.houses.of(row)
        if house is None:
            return None
        seat = Seat(next(self.ids), row.role, row.department[:120], self._left_on(row))
        person.seats[house.id] = seat
        because = self._because() if seat.ended_on else ""
        self.changes.add(
            "affiliation", seat.id, person.id, house.id, seat.role, seat.department, seat.ended_on, because
        )
        return house

    def _take_place(self, row: Row, person: Person) -> None:
        person.place = Place(next(self.ids), row.invited is not False, row.confirmed_on, None)
        person.in_region = True
        self.changes.add("membership", person.place.id, person.id, person.place.invited, row.confirmed_on)

    def _left_on(self, row: Row) -> date | None:
        return (row.left_on or self.today) if row.left else None

    def _because(self) -> str:
        return _("Has left, says the list %(file)s", file=self.source)[:200]

    # --- contacts that are there already ------------------------------------------------------------------------------

    def _differences(self, row: Row, person: Person) -> list[Difference]:
        again = (person.id, None) in self.settled
        may_replace = person.in_region and not again
        found = [] if again else self._place_differences(row, person)
        found += self._seat_differences(row, person)
        found += self._person_differences(row, person, may_replace=may_replace)
        self.settled.add((person.id, None))
        if found and person.is_new:
            made = self.made[person.id]
            made[SEARCH] = _searchable(str(made[SEARCH]), row.organisation, row.role)
        elif found:
            self.changes.touched.add(person.id)
        return found

    def _place_differences(self, row: Row, person: Person) -> list[Difference]:
        if person.place is None:
            self._take_place(row, person)
            return [Difference("region", "", self.region_name)]
        found: list[Difference] = []
        place, values = person.place, Values()
        stays_out = row.invited is True and place.stopped_at is not None
        if row.invited is not None and row.invited != place.invited and not stays_out:
            found.append(Difference("invited", _yes_no(place.invited), _yes_no(row.invited)))
            place.invited = values["invited"] = row.invited
        if row.confirmed_on and (place.confirmed_on is None or row.confirmed_on > place.confirmed_on):
            before = place.confirmed_on.isoformat() if place.confirmed_on else ""
            found.append(Difference("confirmed", before, row.confirmed_on.isoformat()))
            place.confirmed_on = values["confirmed_on"] = row.confirmed_on
        if values:
            self.changes.set("membership", place.id, **values)
        return found

    def _seat_differences(self, row: Row, person: Person) -> list[Difference]:
        """A new seat, another role, or an end; a seat that was ended here stays ended, whatever an old list says."""
        house = self.houses.of(row)
        if house is None or (person.id, house.id) in self.settled:
            return []
        self.settled.add((person.id, house.id))
        seat = person.seats.get(house.id)
        if seat is None:
            self._take_seat(row, person)
            return [Difference("organisation", "", house.name)]
        found: list[Difference] = []
        values = Values()
        for name, after in (("role", row.role), ("department", row.department[:120])):
            before: str = getattr(seat, name)
            if after and after != before:
                found.append(Difference(name, before, after))
                values[name] = after
                setattr(seat, name, after)
        if row.left and seat.ended_on is None:
            seat.ended_on = self._left_on(row)
            found.append(Difference("left", "", str(seat.ended_on)))
            values |= {"ended_on": seat.ended_on, "ended_because": self._because()}
        if values:
            self.changes.set("affiliation", seat.id, **values)
        return found

    def _person_differences(self, row: Row, person: Person, *, may_replace: bool) -> list[Difference]:
        """Names, telephone, language, more addresses. Who belongs to another region only gets what was empty there."""
        found: list[Difference] = []
        values = Values()
        named = (row.given, row.infix[:40], row.family)
        before = (person.given, person.infix, person.family)
        if row.family and named != before and (may_replace or not person.family):
            found.append(Difference("name", people.joined(*before), people.joined(*named)))
            person.given, person.infix, person.family = named
            values |= {
                "given_name": named[0],
                "infix": named[1],
                "family_name": named[2],
                "display_name": people.joined(*named)[:240],
                "sort_name": people.sort_name(*named),
            }
        for name, after in (("title", row.titles[:40]), ("phone", _phone(row)), ("language", row.language)):
            old: str = getattr(person, name)
            if after and after != old and (may_replace or not old):
                found.append(Difference(name, old, after))
                values[name] = after
                setattr(person, name, after)
        if added := self._add_addresses(row, person):
            found.append(Difference("email", "", ", ".join(added)))
        if values:
            self.changes.set("contact", person.id, **values, updated_at=self.now)
        return found


_PHONE_COLUMN = 40


def _phone(row: Row) -> str:
    """One or two numbers, as many as fit."""
    shown = ", ".join(row.phones[:2])
    return shown if len(shown) <= _PHONE_COLUMN else row.phones[0]


def _searchable(*said: str) -> str:
    return folded(" ".join(filter(None, said)))[:1200]


def _digits(phone: str) -> str:
    """How people type a number when they look for it: 0612345678."""
    return phone.replace("+31", "0")


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")
