"""The one text per contact that the search looks in, kept right by every action that changes a part of it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import Session, SQLModel, col, select

from bsoo.registry.merges import Alternative
from bsoo.registry.models import Address, Affiliation, Contact, Organisation
from bsoo.registry.values import folded

_AT_ONCE = 5_000
_SHORTEST_NUMBER = 6


def refresh(db: Session, contact_ids: Collection[UUID]) -> None:
    """Make the search text again from names of now and before, organisations, roles, addresses and numbers."""
    ordered = list(contact_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        _refresh_some(db, ordered[start : start + _AT_ONCE])


def _refresh_some(db: Session, contact_ids: list[UUID]) -> None:
    db.flush()
    parts: dict[UUID, list[str]] = {}
    for contact_id, name, phone in db.exec(
        select(Contact.id, Contact.display_name, Contact.phone).where(col(Contact.id).in_(contact_ids))
    ):
        parts[contact_id] = [name, phone.replace("+31", "0")]
    for contact_id, organisation, role, department in db.exec(
        select(Affiliation.contact_id, Organisation.name, Affiliation.role, Affiliation.department)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(col(Affiliation.contact_id).in_(contact_ids))
        .order_by(col(Affiliation.ended_on).is_not(None), col(Affiliation.id))
    ):
        parts[contact_id] += [organisation, role, department]
    for contact_id, email in db.exec(
        select(Address.contact_id, Address.email)
        .where(col(Address.contact_id).in_(contact_ids))
        .order_by(col(Address.id))
    ):
        parts[contact_id].append(email)
    for owner, name in db.exec(
        select(Alternative.contact_id, Alternative.value)
        .where(col(Alternative.contact_id).in_(contact_ids), Alternative.field == "name")
        .order_by(col(Alternative.id))
    ):
        if owner is not None:
            parts[owner].append(name)
    rows = [{"row_id": key, "text": folded(" ".join(filter(None, said)))[:1200]} for key, said in parts.items()]
    if rows:
        table = SQLModel.metadata.tables["contact"]
        change = update(table).where(table.c.id == bindparam("row_id")).values(search=bindparam("text"))
        db.connection().execute(change, rows)
        db.expire_all()


def terms(typed: str) -> list[str]:
    """The words to look for; a telephone number is one word however it is written."""
    plain = folded(typed).strip()
    digits = "".join(sign for sign in plain if sign.isdigit())
    if len(digits) >= _SHORTEST_NUMBER and not any(sign.isalpha() for sign in plain):
        return [digits.removeprefix("0031").removeprefix("31").lstrip("0")]
    return plain.split()[:8]
