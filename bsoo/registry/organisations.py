"""What coordinators do with organisations: add, change, and find by any spelling."""

from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Conflict, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import checking, organisation_queries, values
from bsoo.registry.editable import region_of_organisation
from bsoo.registry.facts import OrganisationFacts, fill, was_and_now
from bsoo.registry.finding import searching
from bsoo.registry.imports.listed import organisation_key
from bsoo.registry.models import Organisation, OrganisationRegion, Sector
from bsoo.registry.words import sector_of
from bsoo.terms import words
from bsoo.terms.models import Vocabulary


def organisation_named(db: Session, actor: Actor, region_id: UUID, name: str) -> Organisation:
    """The organisation of that name, brought to this region when it was only elsewhere; else a new one."""
    require(actor, Permission.EDIT_REGISTRY, region_id)
    key = organisation_key(name)[:200]
    if not key:
        raise Refused(_("Write the name of the organisation."), "organisation")
    found = db.exec(
        select(Organisation)
        .outerjoin(
            OrganisationRegion,
            (col(OrganisationRegion.organisation_id) == Organisation.id)
            & (col(OrganisationRegion.region_id) == region_id),
        )
        .where(Organisation.name_key == key, col(Organisation.archived_at).is_(None))
        .order_by(col(OrganisationRegion.id).is_(None), col(Organisation.created_at))
    ).first() or _known_as(db, region_id, key)
    if found is None:
        facts = OrganisationFacts(name=name, sector=sector_of(name, words.known(db)) or Sector.OTHER)
        return add_organisation(db, actor, region_id, facts)
    _bring_to(db, found, region_id)
    return found


def add_organisation(db: Session, actor: Actor, region_id: UUID, facts: OrganisationFacts) -> Organisation:
    """Put an organisation in the network of a region."""
    require(actor, Permission.EDIT_REGISTRY, region_id)
    _refuse_second(db, actor, facts.name)
    organisation = Organisation(name="", name_key="")
    fill(organisation, _columns(db, facts, None))
    db.add(organisation)
    db.flush()
    _bring_to(db, organisation, region_id)
    note(db, actor, "organisation.added", organisation, region_id)
    db.flush()
    return organisation


def change_organisation(
    db: Session, actor: Actor, organisation: Organisation, facts: OrganisationFacts, *, revision: int
) -> None:
    """Change what we know of an organisation; its people are found by the new name at once."""
    region_id = region_of_organisation(db, actor, organisation)
    if revision != organisation.revision:
        raise Conflict(_("Somebody else changed this in between. Look at the page again, then make your change."))
    _refuse_second(db, actor, facts.name, of=organisation.id)
    before, columns = organisation.model_dump(), _columns(db, facts, organisation)
    changed = [field for field in fill(organisation, columns) if field != "name_key"]
    organisation.updated_at, organisation.revision = clock.now(), organisation.revision + 1
    db.add(organisation)
    if {"name", "aliases", "sector", "themes", "notes"} & set(changed):
        searching.refresh_people_at(db, organisation.id)
    told = was_and_now(before, columns, changed)
    note(db, actor, "organisation.changed", organisation, region_id, fields=", ".join(changed), **told)
    db.flush()


def _columns(db: Session, facts: OrganisationFacts, before: Organisation | None) -> dict[str, object]:
    """What is written of an organisation, checked; a closed word stays where it was."""
    listed = words.known(db)
    sector = listed.usable(Vocabulary.SECTOR, [facts.sector], [before.sector] if before else [])
    if not sector:
        raise Refused(_("Choose one of the options."), "sector")
    return {
        "name": facts.name,
        "name_key": organisation_key(facts.name)[:200],
        "sector": sector[0],
        "aliases": list(facts.aliases),
        "kvk": checking.kvk(facts.kvk),
        "website": checking.website(facts.website),
        "email": checking.role_address(facts.email),
        "phone": checking.phone(facts.phone),
        "street": facts.street,
        "postcode": values.postcode(facts.postcode)[:10],
        "place": facts.place,
        "themes": listed.usable(Vocabulary.THEME, facts.themes, before.themes if before else []),
        "notes": facts.notes,
    }


def _known_as(db: Session, region_id: UUID, key: str) -> Organisation | None:
    """An organisation of the region that has this as another name, as a merge leaves it."""
    here = select(OrganisationRegion.organisation_id).where(OrganisationRegion.region_id == region_id)
    asked = select(Organisation.id, Organisation.aliases).where(
        col(Organisation.id).in_(here), col(Organisation.archived_at).is_(None)
    )
    found = next((one for one, names in db.exec(asked) if key in map(organisation_key, names)), None)
    return None if found is None else db.get_one(Organisation, found)


def _bring_to(db: Session, organisation: Organisation, region_id: UUID) -> None:
    here = select(OrganisationRegion).where(
        OrganisationRegion.organisation_id == organisation.id, OrganisationRegion.region_id == region_id
    )
    if db.exec(here).first() is None:
        db.add(OrganisationRegion(organisation_id=organisation.id, region_id=region_id))
        db.flush()


def _refuse_second(db: Session, actor: Actor, name: str, of: UUID | None = None) -> None:
    """Two organisations of one name that the same reader sees are one that was entered twice."""
    key = organisation_key(name)[:200]
    if not key:
        raise Refused(_("Write the name of the organisation."), "name")
    for found in organisation_queries.organisations_with_key(db, actor, key):
        if found != of:
            raise Refused(_("This organisation is already in the network."), "name")
