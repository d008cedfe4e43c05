"""The verdict on each row of a list, and the rows of the database that would follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from bsoo import clock
from bsoo.i18n import gettext as _
from bsoo.registry import bulk, people, words
from bsoo.registry.known import House, Known, Person, Place, Seat
from bsoo.registry.models import Sector
from bsoo.registry.reading import BLOCKED, Fault, Row, organisation_key
from bsoo.registry.values import folded

_ROLE_MAILBOXES = frozenset(
    [
        "info",
        "contact",
        "secretariaat",
        "post",
        "mail",
        "administratie",
        "algemeen",
        "bestuur",
        "balie",
        "receptie",
        "team",
    ]
)


class Verdict(StrEnum):
    """What an import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DOUBLE = "double"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the list would change; `before` is empty when there was nothing or the reader may not know it."""

    field: str
    before: str
    after: str


@dataclass(slots=True)
class Judged:
    """A row with its verdict."""

    row: Row
    verdict: Verdict
    differences: list[Difference] = field(default_factory=list)
    contact_id: UUID | None = None


Values = dict[str, object]


COLUMNS: dict[str, tuple[str, ...]] = {
    "organisation": (*("id", "name", "name_key", "sector", "street", "postcode", "place", "website", "kvk", "themes"),),
    "organisation_region": ("id", "organisation_id", "region_id"),
    "contact": (
        *("id", "title", "given_name", "infix", "family_name", "display_name", "sort_name", "search"),
        *("phone", "language", "is_role_mailbox"),
    ),
    "contact_address": ("id", "contact_id", "email", "is_used"),
    "affiliation": ("id", "contact_id", "organisation_id", "role", "department", "ended_on", "ended_because"),
    "membership": ("id", "contact_id", "invited", "confirmed_on"),
}
"""What differs from row to row, in the order in which tables are filled; the rest is the same for a whole import."""

_SEARCH = COLUMNS["contact"].index("search")


@dataclass(slots=True)
class Changes:
    """What an import writes: rows to insert per table, and values to update per table and id."""

    inserts: dict[str, list[list[object]]] = field(default_factory=dict)
    updates: dict[str, dict[UUID, Values]] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)
    """Contacts that were there already and whose search text must be made again."""

    def add(self, table: str, *row: object) -> None:
        """A row in the order of COLUMNS."""
        self.inserts.setdefault(table, []).append([*row])

    def set(self, table: str, row_id: UUID, **values: object) -> None:
        self.updates.setdefault(table, {}).setdefault(row_id, {}).update(values)


class Judge:
    """Goes through the rows in order; what an earlier row makes is known to the later ones."""

    def __init__(self, known: Known, region_id: UUID, region_name: str, source: str) -> None:
        self.known, self.region_id, self.region_name, self.source = known, region_id, region_name, source
        self.now: datetime = clock.now()
        self.today: date = clock.today()
        self.changes = Changes()
        self.houses: dict[str, House] = {}
        self.house_differences: dict[str, list[Difference]] = {}
        self.ids = bulk.ids()
        self.made: dict[UUID, list[object]] = {}
        self.settled: set[tuple[UUID, UUID | None]] = set()
        """Who, and which seats, an earlier row has spoken of; its word stands, so that a list is never at odds with itself."""

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        self._settle_houses(rows)
        return [self._judged(row) for row in rows]

    def _judged(self, row: Row) -> Judged:
        if row.fault is None and row.emails[0] in self.known.blocked and row.emails[0] not in self.known.people:
            row.fault = Fault(BLOCKED, value=row.emails[0])
        if row.fault is not None:
            return Judged(row, Verdict.PROBLEM)
        if row.double_of:
            return Judged(row, Verdict.DOUBLE)
        of_house = self.house_differences.pop(organisation_key(row.organisation), []) if row.organisation else []
        person = self.known.people.get(row.emails[0])
        if person is None:
            return Judged(row, Verdict.NEW, of_house, self._make(row))
        differences = of_house + self._differences(row, person)
        return Judged(row, Verdict.CHANGED if differences else Verdict.UNCHANGED, differences, person.id)

    # --- organisations ------------------------------------------------------------------------------------------------

    def _settle_houses(self, rows: Sequence[Row]) -> None:
        """Gather per organisation what all its rows say (the first word wins, themes add up) and find or make it once."""
        told: dict[str, _Told] = {}
        for row in rows:
            if row.fault is None and row.organisation and (key := organisation_key(row.organisation)):
                if key not in told:
                    told[key] = _Told(row.organisation)
                told[key].hear(row)
        for key, facts in told.items():
            house = self._find(key, facts)
            if house is None:
                self.houses[key] = self._make_house(key, facts)
            else:
                self.houses[key] = house
                self.house_differences[key] = self._house_differences(house, facts)

    def _find(self, key: str, facts: "_Told") -> House | None:
        """The organisation of that name in this region; else one elsewhere, unless it is in another town."""
        for house in self.known.houses.get(key, ()):
            if house.in_region or not house.place or not facts.city or folded(house.place) == folded(facts.city):
                return house
        return None

    def _make_house(self, key: str, facts: "_Told") -> House:
        house = House(
            id=next(self.ids),
            name=facts.name,
            sector=facts.sector or words.sector_of(facts.name) or Sector.OTHER,
            street=facts.street,
            postcode=facts.postcode,
            place=facts.city,
            website=facts.website,
            kvk=facts.kvk,
            themes=facts.themes,
            in_region=True,
            is_new=True,
        )
        self.changes.add(
            "organisation",
            *(house.id, house.name, key[:200], house.sector, house.street, house.postcode, house.place),
            *(house.website, house.kvk, house.themes),
        )
        self._bring_here(house)
        return house

    def _bring_here(self, house: House) -> None:
        self.changes.add("organisation_region", next(self.ids), house.id, self.region_id)

    def _house_differences(self, house: House, facts: "_Told") -> list[Difference]:
        """An organisation of this region takes what the list says; one that is only elsewhere keeps what it has."""
        found: list[Difference] = []
        values: Values = {}
        if not house.in_region:
            self._bring_here(house)
            found.append(Difference("region", "", self.region_name))
        for name, after in (
            ("street", facts.street),
            ("postcode", facts.postcode),
            ("place", facts.city),
            ("website", facts.website),
            ("kvk", facts.kvk),
        ):
            before: str = getattr(house, name)
            if after and after != before and (house.in_region or not before):
                found.append(Difference(name, before, after))
                values[name] = after
        if facts.sector is not None and house.sector is Sector.OTHER and facts.sector is not Sector.OTHER:
            found.append(Difference("sector", "", facts.sector))
            values["sector"] = facts.sector
        if more := [code for code in facts.themes if code not in house.themes]:
            found.append(Difference("themes", "", ", ".join(more)))
            values["themes"] = [*house.themes, *more]
        if values:
            self.changes.set("organisation", house.id, **values, updated_at=self.now)
        return found

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
        house = self.houses.get(organisation_key(row.organisation)) if row.organisation else None
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
            made[_SEARCH] = _searchable(str(made[_SEARCH]), row.organisation, row.role)
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
        house = self.houses.get(organisation_key(row.organisation)) if row.organisation else None
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


@dataclass(slots=True)
class _Told:
    """What the rows of one organisation say about it."""

    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    website: str = ""
    kvk: str = ""
    sector: Sector | None = None
    themes: list[str] = field(default_factory=list)

    def hear(self, row: Row) -> None:
        if self.name.isupper() and not row.organisation.isupper():
            self.name = row.organisation
        self.street = self.street or row.street[:200]
        self.postcode = self.postcode or row.postcode[:10]
        self.city = self.city or row.city[:80]
        self.website = self.website or row.website[:300]
        self.kvk = self.kvk or (row.kvk if row.kvk.isdecimal() and len(row.kvk) == _KVK_DIGITS else "")
        if self.sector is None and row.sector:
            self.sector = words.sector_of(row.sector)
        if row.themes:
            self.themes.extend(code for code in words.theme_codes(row.themes) if code not in self.themes)


_KVK_DIGITS = 8


def _phone(row: Row) -> str:
    """One or two numbers, as many as fit."""
    shown = ", ".join(row.phones[:2])
    return shown if len(shown) <= 40 else row.phones[0]


def _searchable(*said: str) -> str:
    return folded(" ".join(filter(None, said)))[:1200]


def _digits(phone: str) -> str:
    """How people type a number when they look for it: 0612345678."""
    return phone.replace("+31", "0")


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")
