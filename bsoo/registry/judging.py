"""The verdict on each row of a list, and the rows of the database that would follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from bsoo import clock
from bsoo.i18n import gettext as _
from bsoo.registry import bulk, people
from bsoo.registry.changes import SEARCH, Answer, Changes, Difference, Values, Verdict
from bsoo.registry.hearing import Heard
from bsoo.registry.houses import Houses
from bsoo.registry.known import House, Known, Namesake, Person, Place, Seat, namesake_key
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
    clashes: list[Difference] = field(default_factory=list)
    """Fields on which list and registry both changed, and on which nobody has answered."""
    namesake: Namesake | None = None
    """Who this perhaps is."""


class Judge:
    """Goes through the rows in order; what an earlier row makes is known to the later ones."""

    def __init__(
        self, known: Known, region_id: UUID, region_name: str, source: str, answers: Mapping[str, str] | None = None
    ) -> None:
        self.known, self.region_id, self.region_name, self.source = known, region_id, region_name, source
        self.answers = answers or {}
        self.now: datetime = clock.now()
        self.today: date = clock.today()
        self.changes = Changes()
        self.ids = bulk.ids()
        self.houses = Houses(known, region_id, region_name, self.changes, self.ids, self.answers)
        self.made: dict[UUID, list[object]] = {}
        self.settled: set[tuple[UUID, UUID | None]] = set()
        """Who, and which seats, an earlier row spoke of; its word stands, so a list is never at odds with itself."""

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """Organisations first, then the people in the order of the list."""
        for row in rows:
            if row.counts and row.emails[0] in self.known.blocked:
                row.fault = Fault(BLOCKED, value=row.emails[0])
        self.houses.settle([row for row in rows if not self._is_asked(row)])
        return [self._judged(row) for row in rows]

    def _judged(self, row: Row) -> Judged:
        if row.left_out:
            return Judged(row, Verdict.LEFT_OUT)
        if row.fault is not None:
            return Judged(row, Verdict.PROBLEM)
        if row.double_of:
            return Judged(row, Verdict.DOUBLE)
        if self._is_asked(row):
            return Judged(row, Verdict.POSSIBLE, namesake=self._namesake(row))
        heard = self.houses.changed_by(row)
        person = self._person(row)
        if person is None:
            return Judged(row, Verdict.NEW, heard.found, self._make(row))
        self._hear(row, person, heard)
        verdict = Verdict.CLASH if heard.clashes else Verdict.CHANGED if heard.found else Verdict.UNCHANGED
        return Judged(row, verdict, heard.found, person.id, heard.clashes)

    def _is_asked(self, row: Row) -> bool:
        """Whether somebody must say first who this is."""
        return (
            bool(self.known.namesakes)
            and row.counts
            and not row.double_of
            and row.emails[0] not in self.known.people
            and row.key not in self.answers
            and self._namesake(row) is not None
        )

    def _namesake(self, row: Row) -> Namesake | None:
        return self.known.namesakes.get(namesake_key(row)) if row.family else None

    def _person(self, row: Row) -> Person | None:
        """Who has this address; or who it is, as somebody answered."""
        if self.answers.get(row.key) == Answer.SAME and (namesake := self._namesake(row)):
            return self.known.people.get(namesake.email)
        return self.known.people.get(row.emails[0])

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

    def _add_addresses(self, row: Row, person: Person, listed: str = "") -> list[str]:
        """The first address is the one that is used. One of another contact stays there; one that the last list had
        and the registry has no more was removed here."""
        added = [email for email in row.emails if email not in self.known.people and email not in listed.split()]
        self.known.people.update(dict.fromkeys(added, person))
        for email in added:
            is_used = person.is_new and email == row.emails[0]
            self.changes.add("contact_address", next(self.ids), person.id, email, is_used)
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
        person.place = Place(next(self.ids), row.invited is not False, row.confirmed_on, None, self._said(row))
        person.in_region = True
        place = person.place
        self.changes.add("membership", place.id, person.id, place.invited, row.confirmed_on, place.listed)

    def _said(self, row: Row) -> dict[str, str]:
        """What the row says in fields that may be edited here too: the next list is compared with it."""
        said = {
            "name": row.name if row.family else "",
            "title": row.titles[:40],
            "phone": _phone(row),
            "language": row.language,
            "invited": _yes_no(row.invited),
            "emails": " ".join(row.emails),
        }
        if house := self.houses.of(row):
            said |= {name + house.id.hex: words for name, words in _said_of_seat(row)}
        return {name: words for name, words in said.items() if words}

    def _left_on(self, row: Row) -> date | None:
        return (row.left_on or self.today) if row.left else None

    def _because(self) -> str:
        return _("Has left, says the list %(file)s", file=self.source)[:200]

    # --- contacts that are there already ------------------------------------------------------------------------------

    def _hear(self, row: Row, person: Person, heard: Heard) -> None:
        """Add what the row changes to what it changes about its organisation."""
        again = (person.id, None) in self.settled
        may_replace = person.in_region and not again
        of_house = len(heard.found)
        was_here = person.place
        mine = Heard(was_here.listed if was_here else {}, self.answers.get(row.key), heard.found, heard.clashes)
        if not again:
            self._hear_place(row, person, mine)
        self._hear_seat(row, person, mine)
        self._hear_person(row, person, mine, may_replace=may_replace)
        self.settled.add((person.id, None))
        if was_here is not None and mine.listed != was_here.listed:
            self._remember(person, mine.listed)
        if len(heard.found) > of_house:
            self._search_again(row, person)

    def _search_again(self, row: Row, person: Person) -> None:
        if person.is_new:
            made = self.made[person.id]
            made[SEARCH] = _searchable(str(made[SEARCH]), row.organisation, row.role)
        else:
            self.changes.touched.add(person.id)

    def _remember(self, person: Person, listed: dict[str, str]) -> None:
        if person.place is None:
            return
        if person.is_new:
            person.place.listed.update(listed)  # the very object that is about to be inserted
        else:
            person.place.listed = listed
            self.changes.set("membership", person.place.id, listed=listed)

    def _hear_place(self, row: Row, person: Person, heard: Heard) -> None:
        if person.place is None:
            self._take_place(row, person)
            heard.found.append(Difference("region", "", self.region_name))
            return
        place, values = person.place, Values()
        stays_out = row.invited is True and place.stopped_at is not None
        if not stays_out and heard.takes("invited", _yes_no(place.invited), _yes_no(row.invited)):
            place.invited = values["invited"] = row.invited is True
        if row.confirmed_on and (place.confirmed_on is None or row.confirmed_on > place.confirmed_on):
            before = place.confirmed_on.isoformat() if place.confirmed_on else ""
            heard.found.append(Difference("confirmed", before, row.confirmed_on.isoformat()))
            place.confirmed_on = values["confirmed_on"] = row.confirmed_on
        if values:
            self.changes.set("membership", place.id, **values)

    def _hear_seat(self, row: Row, person: Person, heard: Heard) -> None:
        """A new seat, another role, or an end; a seat that was ended here stays ended, whatever an old list says."""
        house = self.houses.of(row)
        if house is None or (person.id, house.id) in self.settled:
            return
        self.settled.add((person.id, house.id))
        seat = person.seats.get(house.id)
        if seat is None:
            self._take_seat(row, person)
            heard.found.append(Difference("organisation", "", house.name))
            heard.said.update((name + house.id.hex, said) for name, said in _said_of_seat(row) if said)
            return
        values = Values()
        for name, after in (("role", row.role), ("department", row.department[:120])):
            if heard.takes(name, getattr(seat, name), after, key=f"{name}@{house.id.hex}"):
                values[name] = after
                setattr(seat, name, after)
        left = f"left@{house.id.hex}"
        if row.left and seat.ended_on is None and left not in heard.last:
            seat.ended_on = self._left_on(row)
            heard.found.append(Difference("left", "", str(seat.ended_on)))
            values |= {"ended_on": seat.ended_on, "ended_because": self._because()}
        if row.left:
            heard.said[left] = "yes"
        if values:
            self.changes.set("affiliation", seat.id, **values)

    def _hear_person(self, row: Row, person: Person, heard: Heard, *, may_replace: bool) -> None:
        """Names, telephone, language, more addresses. Who belongs to another region only gets what was empty there."""
        values = Values()
        before = people.joined(person.given, person.infix, person.family)
        if row.family and heard.takes("name", before, row.name, only_empty=not may_replace):
            person.given, person.infix, person.family = row.given, row.infix[:40], row.family
            values |= {
                "given_name": person.given,
                "infix": person.infix,
                "family_name": person.family,
                "display_name": row.name[:240],
                "sort_name": people.sort_name(person.given, person.infix, person.family),
            }
        for name, after in (("title", row.titles[:40]), ("phone", _phone(row)), ("language", row.language)):
            if heard.takes(name, getattr(person, name), after, only_empty=not may_replace):
                values[name] = after
                setattr(person, name, after)
        if added := self._add_addresses(row, person, heard.last.get("emails", "")):
            heard.found.append(Difference("email", "", ", ".join(added)))
        if may_replace:
            heard.said["emails"] = " ".join(dict.fromkeys([*heard.last.get("emails", "").split(), *row.emails]))
        if values:
            self.changes.set("contact", person.id, **values, updated_at=self.now)


def _said_of_seat(row: Row) -> tuple[tuple[str, str], ...]:
    return ("role@", row.role), ("department@", row.department[:120]), ("left@", "yes" if row.left else "")


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


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"
