"""Whatever is merged with whatever: nothing that was known is lost, and undoing gives back every row, in any order."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bsoo import clock, links
from bsoo.access.actor import SYSTEM
from bsoo.errors import Refused
from bsoo.links import Purpose
from bsoo.meetings.models import Answer, Attendance, InvitationAnswer, Presence
from bsoo.regions import Region
from bsoo.registry.doubles import both, merging
from bsoo.registry.doubles import candidates as doubles
from bsoo.registry.doubles.merge_fields import CONTACT_FIELDS, ORGANISATION_FIELDS, Side
from bsoo.registry.doubles.merges import Alternative, Merging
from bsoo.registry.finding import searching
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation
from bsoo.routes.merging import RULES
from bsoo.signals.models import NothingNew
from tests import factories
from tests.merges import dump, ids_in_order

SOME = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

PEOPLE, HOUSES = 5, 4

texts = st.sampled_from(["", "Belt liever.", "Alleen op maandag."])
phones = st.sampled_from(
    ["", "+31612345678", "+31201234567", "+31201234567, +31612345678", "+31203333333, +31204444444"]
)
sides = st.sampled_from(Side)
people = st.lists(
    st.tuples(texts, phones, st.integers(0, HOUSES - 1), st.integers(0, 3)), min_size=PEOPLE, max_size=PEOPLE
)
merges = st.lists(
    st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 9), st.lists(sides, min_size=8, max_size=8)),
    min_size=1,
    max_size=5,
)


@pytest.fixture(autouse=True)
def in_order() -> Iterator[None]:
    with ids_in_order():
        yield


Made = Sequence[tuple[str, str, int, int]]


def settle(db: Session, amsterdam: Region, almere: Region, made: Made) -> None:
    """A network of people with notes, numbers, seats, invitations, answers, signals and links."""
    houses = [factories.organisation(db, amsterdam, f"Inloophuis {n}") for n in range(HOUSES)]
    houses[1].parent_id = houses[0].id
    meeting = factories.meeting(db, amsterdam)
    for n, (notes, phone, house, kind) in enumerate(made):
        region = almere if kind == 3 else amsterdam
        who = factories.contact(db, region, f"Anna Smit{n}", at=houses[house], email=f"a{n}@kade.example.org")
        who.notes, who.phone = notes, phone
        db.add(Affiliation(contact_id=who.id, organisation_id=houses[(house + n) % HOUSES].id, role="bestuur"))
        db.add(NothingNew(organisation_id=houses[house].id, region_id=region.id, year=2020 + n, quarter=1))
        links.token_for(db, Purpose.OWN_PAGE, who.id, who.id)
        factories.signal(db, region, by=who, at=houses[house])
        if kind:
            answer = (Answer.SILENT, Answer.NO, Answer.ON_SITE)[kind - 1]
            invited = factories.invitation(db, meeting, who, answer=answer, organisation_id=houses[house].id)
            invited.invited_at = clock.now() - timedelta(hours=n)
            db.add(InvitationAnswer(invitation_id=invited.id, answer=answer))
            db.add(Attendance(meeting_id=meeting.id, contact_id=who.id, presence=tuple(Presence)[kind]))
            links.token_for(db, Purpose.INVITATION, invited.id, who.id)
    db.add(Membership(contact_id=who.id, region_id=almere.id) if kind != 3 else who)
    db.flush()
    searching.refresh(db, list(db.exec(select(Contact.id))))


def merge(db: Session, of_people: bool, one: int, other: int, chosen: list[Side]) -> Merging | None:
    """Two of those that are left; none when they are the same."""
    kind = Contact if of_people else Organisation
    there = sorted(db.exec(select(kind.id)), key=str)
    pair = there[one % len(there)], there[other % len(there)]
    if pair[0] == pair[1]:
        return None
    fields = CONTACT_FIELDS if of_people else ORGANISATION_FIELDS
    sides_of = {field.code: side for field, side in zip(fields, chosen, strict=False)}
    action = merging.merge_contacts if of_people else merging.merge_organisations
    return action(db, SYSTEM, pair, rules=RULES, chosen=sides_of)


def undone(db: Session, one: UUID) -> bool:
    try:
        merging.undo(db, SYSTEM, db.get_one(Merging, one))
    except Refused:
        return False
    return True


def known(db: Session) -> set[str]:
    """Every name, number, note and address that the registry knows of anybody."""
    found = set(db.exec(select(Address.email))) | set(db.exec(select(Alternative.value)))
    for name, phone, notes in db.exec(select(Contact.display_name, Contact.phone, Contact.notes)):
        found |= {name, phone, notes}
    for name, aliases in db.exec(select(Organisation.name, Organisation.aliases)):
        found |= {name, *aliases}
    return {part for value in found for lines in value.split("\n\n") for part in lines.split(", ")} - {""}


@given(made=people, wanted=merges)
@SOME
def test_merging_and_undoing_gives_back_every_row(
    db: Session, amsterdam: Region, almere: Region, made: Made, wanted: list[tuple[bool, int, int, list[Side]]]
) -> None:
    with db.begin_nested() as savepoint:
        settle(db, amsterdam, almere, made)
        before = dump(db)

        done = [found.id for each in wanted if (found := merge(db, *each)) is not None]
        for one in reversed(done):
            merging.undo(db, SYSTEM, db.get_one(Merging, one))

        assert dump(db) == before
        savepoint.rollback()
    db.expire_all()


@given(made=people, wanted=merges, order=st.permutations(range(5)))
@SOME
def test_what_can_be_undone_in_another_order_gives_back_every_row_too(
    db: Session,
    amsterdam: Region,
    almere: Region,
    made: Made,
    wanted: list[tuple[bool, int, int, list[Side]]],
    order: list[int],
) -> None:
    """A merge on which a later one stands is refused until that one is undone; then it goes."""
    with db.begin_nested() as savepoint:
        settle(db, amsterdam, almere, made)
        before = dump(db)

        done = [found.id for each in wanted if (found := merge(db, *each)) is not None]
        left = [done[place] for place in order if place < len(done)]
        while left:
            gone = [one for one in left if undone(db, one)]
            assert gone, "nothing can be undone any more"
            left = [one for one in left if one not in gone]

        assert dump(db) == before
        savepoint.rollback()
    db.expire_all()


@given(made=people, wanted=merges)
@SOME
def test_no_merge_loses_what_was_known(
    db: Session, amsterdam: Region, almere: Region, made: Made, wanted: list[tuple[bool, int, int, list[Side]]]
) -> None:
    with db.begin_nested() as savepoint:
        settle(db, amsterdam, almere, made)
        before = known(db)

        for each in wanted:
            merge(db, *each)

        assert before - known(db) == set()
        savepoint.rollback()
    db.expire_all()


@given(made=people)
@SOME
def test_who_was_said_to_be_two_is_never_shown_again(
    db: Session, amsterdam: Region, almere: Region, made: Made
) -> None:
    with db.begin_nested() as savepoint:
        settle(db, amsterdam, almere, made)
        for double in doubles.contacts(db, SYSTEM):
            both.keep_apart(db, SYSTEM, Contact, (double.newer.id, double.older.id))

        assert doubles.contacts(db, SYSTEM) == []
        savepoint.rollback()
    db.expire_all()
