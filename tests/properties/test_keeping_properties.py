"""Whatever is edited, imported, merged and taken back, in any order: what was once known of somebody stays to be seen.

An address stays with its person. A name or number that gave way to another one is still said: beside the one that
counts, or on the timeline. What only an undo remembers, for some days, does not count as kept.
"""

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from bsoo.access.actor import SYSTEM
from bsoo.errors import DomainError
from bsoo.logbook import LogEntry
from bsoo.regions import Region
from bsoo.registry import actions, addresses
from bsoo.registry.doubles import merging
from bsoo.registry.doubles.merges import Alternative, Merging
from bsoo.registry.facts import NOW, WAS, ContactFacts
from bsoo.registry.imports import importing
from bsoo.registry.models import Address, Contact
from bsoo.routes.merging import RULES
from tests import factories

SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

PEOPLE = 3
EMAILS = tuple(f"{letter}@kade.example.org" for letter in "abcde")
PHONES = ("+31612345678", "+31201234567", "+31203333333")
NAMES = (("Anna", "", "Smit"), ("Annet", "de", "Wit"), ("Zoë", "in 't", "Veld"))

which = st.integers(0, PEOPLE - 1)
steps = st.lists(
    st.tuples(
        st.sampled_from(["edit", "list", "merge", "part", "address", "use"]),
        which,
        which,
        st.sampled_from(EMAILS),
        st.sampled_from(PHONES),
        st.sampled_from(NAMES),
    ),
    min_size=1,
    max_size=8,
)
Step = tuple[str, int, int, str, str, tuple[str, str, str]]


def people(db: Session) -> list[Contact]:
    """In the order in which they were made: ids of one moment have none."""
    return sorted(db.exec(select(Contact)), key=lambda each: each.created_at)


def edit(db: Session, region: Region, step: Step) -> None:
    _what, one, _other, email, phone, (given_name, infix, family) = step
    contact = people(db)[one]
    facts = ContactFacts(email=email, given_name=given_name, infix=infix, family_name=family, phone=phone)
    actions.change_contact(db, SYSTEM, contact, facts, revision=contact.revision)


def bring(db: Session, region: Region, step: Step) -> None:
    """A list says what we knew of somebody, and the next one says something else: then the next one is right."""
    _what, one, _other, _email, phone, name = step
    contact = people(db)[one]
    email = db.exec(select(Address.email).where(Address.contact_id == contact.id, col(Address.is_used))).one()
    for said in ([contact.display_name, email, contact.phone], [" ".join(filter(None, name)), email, phone]):
        written = io.StringIO()
        csv.writer(written).writerows([["Naam", "E-mail", "Telefoon"], said])
        plan = importing.plan(db, SYSTEM, region, written.getvalue().encode(), "lijst.csv")
        importing.apply(db, SYSTEM, plan)
        db.expire_all()


def merge(db: Session, region: Region, step: Step) -> None:
    there = people(db)
    merging.merge_contacts(db, SYSTEM, (there[step[1]].id, there[step[2]].id), rules=RULES, chosen={})


def part(db: Session, region: Region, step: Step) -> None:
    done = db.exec(select(Merging).where(col(Merging.undone_at).is_(None)).order_by(col(Merging.id).desc())).first()
    if done is not None:
        merging.undo(db, SYSTEM, done)


def add(db: Session, region: Region, step: Step) -> None:
    addresses.add(db, SYSTEM, people(db)[step[1]], step[3])


def use(db: Session, region: Region, step: Step) -> None:
    contact = people(db)[step[1]]
    known = db.exec(select(Address.id).where(Address.contact_id == contact.id).order_by(col(Address.email))).all()
    addresses.use(db, SYSTEM, contact, known[step[2] % len(known)])


ACTS: dict[str, Callable[[Session, Region, Step], None]] = {
    "edit": edit,
    "list": bring,
    "merge": merge,
    "part": part,
    "address": add,
    "use": use,
}


def known_now(db: Session) -> set[str]:
    """What counts for somebody at this moment: addresses, numbers, parts of names."""
    found = set(db.exec(select(Address.email)))
    asked = select(Contact.phone, Contact.given_name, Contact.infix, Contact.family_name)
    for phone, *name in db.exec(asked):
        found |= {*phone.split(", "), *name}
    return found - {""}


def to_be_seen(db: Session) -> str:
    """All that pages say of people: what counts, what stands beside it, and the timeline."""
    said = [*known_now(db), *db.exec(select(Alternative.value))]
    for facts in db.exec(select(LogEntry.facts)):
        said += [str(value) for name, value in facts.items() if name.startswith((WAS, NOW))]
    return "\n".join(said)


@given(wanted=steps)
@SOME
def test_no_sequence_of_edits_loses_a_value_that_was_once_known(
    db: Session, amsterdam: Region, wanted: list[Step]
) -> None:
    with db.begin_nested() as savepoint:
        for number, (email, phone, name) in enumerate(zip(EMAILS, PHONES, NAMES, strict=False)):
            who = factories.contact(db, amsterdam, " ".join(filter(None, name)), email=email)
            who.phone, who.created_at = phone, who.created_at + timedelta(minutes=number)
        db.flush()
        ever = known_now(db)

        for step in wanted:
            with suppress(DomainError, IndexError), db.begin_nested():
                ACTS[step[0]](db, amsterdam, step)
            db.expire_all()
            ever |= known_now(db)

        kept = to_be_seen(db)
        assert {value for value in ever if value not in kept} == set()
        savepoint.rollback()
    db.expire_all()
