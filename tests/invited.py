"""A meeting to which a small network was invited, and what its tests look at."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import Actor, ActorKind
from bsoo.mail.models import Letter, LetterPayload, LetterState
from bsoo.meetings import agenda_view, inviting
from bsoo.meetings.models import Invitation, Meeting
from bsoo.regions import Region
from bsoo.registry.models import Contact, Membership
from tests.conftest import People
from tests.factories import contact, meeting, organisation

At = Callable[[datetime], AbstractContextManager[None]]
SignIn = Callable[[Actor], TestClient]
HERE = "/overleggen/amsterdam/2026-4"
"""The address of the meeting in these tests."""


def letters(db: Session, name: str) -> list[Letter]:
    return list(db.exec(select(Letter).where(Letter.name == name).order_by(col(Letter.to_name))))


def payload(db: Session, letter: Letter) -> LetterPayload:
    found = db.get(LetterPayload, letter.id)
    assert found is not None
    return found


def network(db: Session, region: Region, people: int = 3) -> list[Contact]:
    """People at as many organisations, named so that they stand in order."""
    return [
        contact(
            db,
            region,
            f"Mens {number:03}",
            at=organisation(db, region, f"Huis {number:03}"),
            email=f"mens{number:03}@example.org",
        )
        for number in range(people)
    ]


def invited_to(db: Session, people: People, region: Region, number: int = 3) -> tuple[Meeting, list[Invitation]]:
    """A meeting to which everybody of a small network was invited three days ago."""
    network(db, region, number)
    made = meeting(db, region)
    inviting.invite(db, people.amsterdam, region, made)
    rows = list(
        db.exec(
            select(Invitation)
            .join(Contact, col(Contact.id) == Invitation.contact_id)
            .where(Invitation.meeting_id == made.id)
            .order_by(col(Contact.sort_name))
        )
    )
    for row in rows:
        row.invited_at = clock.now() - timedelta(days=3)
    db.exec(update(Letter).where(col(Letter.meeting_id) == made.id).values(state=LetterState.ACCEPTED))
    db.flush()
    return made, rows


def membership(db: Session, of: Contact) -> Membership:
    return db.exec(select(Membership).where(Membership.contact_id == of.id)).one()


def as_contact(row: Invitation, region: Region) -> Actor:
    return Actor(ActorKind.CONTACT, id=row.contact_id, name="Mens", region_ids=frozenset({region.id}))


def titles(db: Session, actor: Actor, of: Meeting) -> list[str]:
    return [line.title for line in agenda_view.agenda_of(db, actor, of).lines]


STANDING = ["Welkom en kennismaking", "Verslag en acties van de vorige keer", "Pauze", "Afspraken en afsluiting"]
