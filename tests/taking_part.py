"""A member, a guest and somebody who took part before."""

import pytest
from sqlmodel import Session, select

from bsoo.regions import Region
from bsoo.registry.models import Contact, Membership, MemberStatus
from tests import factories

MEMBER, GUEST, PAST = MemberStatus


def somebody(db: Session, region: Region, name: str, status: MemberStatus, **more: bool) -> Contact:
    made = factories.contact(db, region, name, email=f"{name.split(maxsplit=1)[0].lower()}@kade.example.org", **more)  # type: ignore[arg-type] # invited
    place_of(db, made).status = status
    db.flush()
    return made


def place_of(db: Session, contact: Contact) -> Membership:
    return db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()


@pytest.fixture
def three(db: Session, amsterdam: Region) -> tuple[Contact, Contact, Contact]:
    """A member, a guest and a past member."""
    return (
        somebody(db, amsterdam, "Anna Lid", MEMBER),
        somebody(db, amsterdam, "Bo Gast", GUEST),
        somebody(db, amsterdam, "Cor Vroeger", PAST),
    )
