"""What is being typed about a contact or an organisation, compared with what is there."""

from collections.abc import Mapping

from sqlmodel import Session

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.registry import people, values
from bsoo.registry.doubles import candidates as doubles
from bsoo.registry.doubles.house_likeness import House
from bsoo.registry.doubles.likeness import Likeness, Person
from bsoo.registry.facts import ContactFacts, OrganisationFacts

_ENOUGH = 3
"""Letters of a name, before which everybody looks like everybody."""


def typed_contact(typed: Mapping[str, str]) -> ContactFacts:
    """What stands in the form so far, however unfinished."""
    names = ("email", "given_name", "infix", "family_name", "phone", "organisation")
    return ContactFacts(**{name: typed.get(name, "")[:200] for name in names})


def typed_organisation(typed: Mapping[str, str]) -> OrganisationFacts:
    """What stands in the form so far, however unfinished."""
    names = ("name", "kvk", "website", "email", "phone", "street", "postcode", "place")
    return OrganisationFacts(**{name: typed.get(name, "")[:200] for name in names})


def alike_contacts(db: Session, actor: Actor, facts: ContactFacts) -> list[tuple[Person, Likeness]]:
    """Contacts whom these facts may be about; nobody before there is a name, or an address and an organisation."""
    if len(facts.family_name) < _ENOUGH and not (facts.email and facts.organisation):
        return []
    name = people.joined(facts.given_name, facts.infix, facts.family_name) or facts.organisation
    return doubles.like_contact(
        db,
        actor,
        Person(
            clock.new_id(),
            facts.given_name,
            facts.infix,
            facts.family_name,
            name,
            tuple(values.phones(facts.phone)),
            tuple(values.addresses(facts.email)),
            ((None, facts.organisation),) if facts.organisation else (),
        ),
    )


def alike_organisations(db: Session, actor: Actor, facts: OrganisationFacts) -> list[tuple[House, Likeness]]:
    """Organisations that these facts may be about; none before there is a name."""
    if len(facts.name) < _ENOUGH:
        return []
    return doubles.like_organisation(
        db,
        actor,
        House(
            clock.new_id(),
            facts.name,
            tuple(facts.aliases),
            facts.place,
            values.postcode(facts.postcode),
            facts.street,
            tuple(values.phones(facts.phone)),
            facts.email,
            facts.website,
            facts.kvk,
        ),
    )
