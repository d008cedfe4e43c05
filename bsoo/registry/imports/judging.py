"""The verdict on each row of a list, and the rows of the database that would follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bsoo import clock
from bsoo.registry import bulk, people
from bsoo.registry.imports import vocabulary
from bsoo.registry.imports.changes import Answer, Changes, Difference, Values, Verdict
from bsoo.registry.imports.hearing import Heard
from bsoo.registry.imports.houses import Houses, hear_kept
from bsoo.registry.imports.known import Known, Namesake, Person, Place, namesake_key
from bsoo.registry.imports.listed import BLOCKED, Fault, Row
from bsoo.registry.imports.newcomers import Newcomers, phone_of, said_of_seat, yes_or_no
from bsoo.registry.imports.progress import COMPARING, Tell, quiet
from bsoo.registry.models import MemberStatus

_AT_ONCE = 1_000
"""Rows that are compared before it is told how far it is."""


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
    house_id: UUID | None = None
    """The organisation that the row speaks of."""


class Judge:
    """Goes through the rows in order; what an earlier row makes is known to the later ones."""

    def __init__(
        self, known: Known, region_id: UUID, region_name: str, source: str, answers: Mapping[str, str] | None = None
    ) -> None:
        self.known, self.region_id, self.region_name, self.source = known, region_id, region_name, source
        self.answers = answers or {}
        self.now: datetime = clock.now()
        self.changes = Changes()
        self.ids = bulk.ids()
        self.houses = Houses(known, region_id, region_name, self.changes, self.ids, self.answers)
        self.newcomers = Newcomers(known, self.houses, self.changes, self.ids, source)

    def judge(self, rows: Sequence[Row], tell: Tell = quiet) -> list[Judged]:
        """Organisations first, then the people in the order of the list."""
        for row in rows:
            if row.counts and row.emails[0] in self.known.blocked:
                row.fault = Fault(BLOCKED, value=row.emails[0])
        self.houses.settle([row for row in rows if not self._is_asked(row)])
        judged: list[Judged] = []
        for start in range(0, len(rows), _AT_ONCE):
            tell(COMPARING, start, len(rows))
            judged += [self._judged(row) for row in rows[start : start + _AT_ONCE]]
        return judged

    def _judged(self, row: Row) -> Judged:
        if row.left_out or row.elsewhere:
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
            return Judged(row, Verdict.NEW, heard.found, self._welcome(row))
        self._hear(row, person, heard)
        verdict = Verdict.CLASH if heard.clashes else Verdict.CHANGED if heard.found else Verdict.UNCHANGED
        house = self.houses.of(row)
        return Judged(row, verdict, heard.found, person.id, heard.clashes, house_id=house.id if house else None)

    def _welcome(self, row: Row) -> UUID:
        person, house = self.newcomers.make(row), self.houses.of(row)
        person.is_settled = True
        person.settled_at += (house.id,) if house else ()
        return person.id

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

    def _hear(self, row: Row, person: Person, heard: Heard) -> None:
        """Add what the row changes to what it changes about its organisation."""
        again = person.is_settled
        may_replace = person.in_region and not again
        of_house = len(heard.found)
        was_here = person.place
        mine = Heard(was_here.listed if was_here else {}, self.answers.get(row.key), heard.found, heard.clashes)
        if not again:
            self._hear_place(row, person, mine)
        self._hear_seat(row, person, mine)
        self._hear_person(row, person, mine, may_replace=may_replace)
        person.is_settled = True
        if was_here is not None and mine.listed != was_here.listed:
            self._remember(person, mine.listed)
        if len(heard.found) > of_house:
            self.newcomers.search_again(row, person)

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
            self.newcomers.take_place(row, person)
            heard.found.append(Difference("region", "", self.region_name))
            return
        place, values = person.place, Values()
        if row.status and heard.takes("status", _said_before(place, row.status, heard), row.status):
            place.status = values["status"] = row.status
        stays_out = row.invited is True and place.stopped_at is not None
        if not stays_out and heard.takes("invited", yes_or_no(place.invited), yes_or_no(row.invited)):
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
        if house is None or house.id in person.settled_at:
            return
        person.settled_at += (house.id,)
        seat = person.seats.get(house.id)
        if seat is None:
            self.newcomers.take_seat(row, person)
            heard.found.append(Difference("organisation", "", house.name))
            heard.said.update((name, said) for name, said in said_of_seat(row, house.id.hex) if said)
            return
        values = Values()
        for name, after in (("role", row.role), ("department", row.department[:120])):
            if heard.takes(name, getattr(seat, name), after, key=f"{name}@{house.id.hex}"):
                values[name] = after
                setattr(seat, name, after)
        left = f"left@{house.id.hex}"
        if row.left and seat.ended_on is None and left not in heard.last:
            seat.ended_on = self.newcomers.left_on(row)
            heard.found.append(Difference("left", "", str(seat.ended_on)))
            values |= {"ended_on": seat.ended_on, "ended_because": self.newcomers.because()}
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
        for name, after in (("title", row.titles[:40]), ("phone", phone_of(row)), ("language", row.language)):
            if heard.takes(name, getattr(person, name), after, only_empty=not may_replace):
                values[name] = after
                setattr(person, name, after)
        if added := self.newcomers.add_addresses(row, person, heard.last.get("emails", "")):
            heard.found.append(Difference("email", "", ", ".join(added)))
        if fresh := vocabulary.not_yet(heard.last.get("kept", ""), row.kept_of_person):
            values |= hear_kept(heard, person.notes, fresh)
            person.notes = str(values.get("notes", person.notes))
        if may_replace:
            heard.said["emails"] = " ".join(dict.fromkeys([*heard.last.get("emails", "").split(), *row.emails]))
        if values:
            self.changes.set("contact", person.id, **values, updated_at=self.now)


def _said_before(place: Place, now: MemberStatus, heard: Heard) -> str:
    """Everybody is a member as long as no list says otherwise: the first that does is not at odds with anybody."""
    is_first = place.status is MemberStatus.MEMBER is not now and "status" not in heard.last
    return "" if is_first else place.status
