"""Whatever somebody is called and wherever that was written: once erased, nothing in the database says it."""

import re
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bsoo.access.actor import SYSTEM
from bsoo.logbook import note
from bsoo.mail import outbox
from bsoo.privacy import erasing
from bsoo.regions import Region, region_by_slug
from bsoo.registry.doubles.merges import Alternative
from bsoo.registry.finding import searching
from bsoo.registry.models import Address, Affiliation, Contact
from bsoo.registry.people import joined
from bsoo.text import fold
from tests import factories
from tests.erased import dump
from tests.lists import imported

SOME = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

given_names = st.sampled_from(["Xaverius", "Zoë-Qwirine", "Jhön", "X.Q."])
infixes = st.sampled_from(["", "van der", "d'", "in 't"])
families = st.sampled_from(["Quäckelbosch", "Wrzëszcz-Qvist", "O'Xhaka", "Qıldır"])
emails = st.sampled_from(["x.quack@kade.example.org", "q+w@sub.kade.example.org", "X-Q_W@Kade.example.org"])
tails = st.sampled_from(["612987654", "203987654"])
Name = tuple[str, str, str]

NOTATIONS: tuple[Callable[[Name], str], ...] = (
    lambda name: joined(*name),
    lambda name: joined(*name).upper(),
    lambda name: f"{name[2]}, {name[0]} {name[1]}".strip(),
    lambda name: f"{name[0][0]}. {joined('', *name[1:])}",
    lambda name: joined(*name).replace(" ", "\n", 1),
)
NUMBERS: tuple[Callable[[str], str], ...] = (
    lambda tail: f"+31{tail}",
    lambda tail: f"0{tail[:2]}-{tail[2:]}",
    lambda tail: f"0031 {tail[0]} {tail[1:5]} {tail[5:]}",
    lambda tail: f"(0{tail[:2]}) {tail[2:5]} {tail[5:]}",
)


@given(
    name=st.tuples(given_names, infixes, families),
    email=emails,
    tail=tails,
    notation=st.sampled_from(NOTATIONS),
    number=st.sampled_from(NUMBERS),
)
@SOME
def test_no_notation_of_a_name_an_address_or_a_number_survives(
    db: Session,
    amsterdam: Region,
    name: Name,
    email: str,
    tail: str,
    notation: Callable[[Name], str],
    number: Callable[[str], str],
) -> None:
    with db.begin_nested() as savepoint:
        contact = known_everywhere(
            db, region_by_slug(db, "amsterdam"), name, email, tail, f"Vraag {notation(name)} ({email}), {number(tail)}."
        )
        before = traces(db, name, email, tail)

        found = erasing.planned(db, SYSTEM, contact.id).finds
        chosen = [find.code for find in found]
        erasing.erase(db, SYSTEM, contact.id, typed_name=contact.display_name, chosen=chosen)

        assert {"contact", "contact_address", "affiliation", "organisation", "signal", "letter_payload"} <= before
        assert traces(db, name, email, tail) == set()
        savepoint.rollback()
    db.expire_all()


def known_everywhere(db: Session, region: Region, name: Name, email: str, tail: str, said: str) -> Contact:
    """Somebody of a list, of whom others wrote: in notes, a role, a signal, the logbook and a letter."""
    imported(db, region, [["Organisatie", "Naam", "E-mail"], ["De Kade", joined(*name), email]])
    first = db.exec(select(Address).where(Address.email == email.lower())).one()
    contact = db.get_one(Contact, first.contact_id)
    contact.given_name, contact.infix, contact.family_name = name
    contact.display_name, contact.phone = joined(*name), f"+31{tail}"
    house = factories.organisation(db, region)
    other = factories.contact(db, region, "Grace Adjei", at=house, email="grace@kade.example.org")
    house.notes, other.notes = said, said
    db.add(Alternative(contact_id=contact.id, field="email", value=f"2{email.lower()}"))
    db.add(Affiliation(contact_id=other.id, organisation_id=house.id, role=said))
    factories.signal(db, region, said, at=house, by=contact)
    note(db, SYSTEM, "contact.changed", other, region.id, **{"was.phone": said, "now.phone": ""})
    to = outbox.Recipient("grace@kade.example.org", "Grace Adjei")
    outbox.queue(db, "signal_received", to=to, key="1", context={"title": said, "page": "/"})
    searching.refresh(db, [contact.id, other.id])
    db.flush()
    return contact


def traces(db: Session, name: Name, email: str, tail: str) -> set[str]:
    """The tables that still say the family name, the address or the number, whatever signs stand between."""
    family = re.sub(r"[^a-z]", "", fold(name[2]))
    found = set()
    for line in re.split(r"\n(?=[a-z_]+: )", dump(db)):
        letters, digits = re.sub(r"[^a-z]", "", line), re.sub(r"[^0-9]", "", line)
        if family in letters or fold(email) in line or tail in digits:
            found.add(line.partition(":")[0])
    return found
