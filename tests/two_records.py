"""Two records of one person or organisation, to be made one."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlmodel import Session

from bsoo.access.actor import SYSTEM, Actor
from bsoo.regions import Region
from bsoo.registry.doubles import merging
from bsoo.registry.doubles.merge_fields import Side
from bsoo.registry.doubles.merges import Merging
from bsoo.registry.models import Contact, Organisation
from bsoo.routes.merging import RULES
from tests import factories
from tests.merges import ids_in_order


@pytest.fixture(autouse=True)
def in_order() -> Iterator[None]:
    with ids_in_order():
        yield


@pytest.fixture
def samiras(db: Session, amsterdam: Region) -> tuple[Contact, Contact]:
    """One person, entered twice."""
    return (
        factories.contact(db, amsterdam, "S. Idrissi", email="s.idrissi@kade.example.org"),
        factories.contact(db, amsterdam, "Samira El-Idrissi", email="samira@linde.example.org"),
    )


def merge(
    db: Session, pair: tuple[Contact, Contact], actor: Actor = SYSTEM, address: UUID | None = None, **chosen: Side
) -> Merging:
    ids = pair[0].id, pair[1].id
    made = merging.merge_contacts(db, actor, ids, rules=RULES, chosen=chosen, address_id=address)
    return db.get_one(Merging, made.id)


def merge_houses(db: Session, pair: tuple[Organisation, Organisation], **chosen: Side) -> Merging:
    made = merging.merge_organisations(db, SYSTEM, (pair[0].id, pair[1].id), rules=RULES, chosen=chosen)
    return db.get_one(Merging, made.id)
