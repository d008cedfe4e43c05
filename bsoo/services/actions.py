"""What coordinators do with services: add, change, check, close, put back."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Conflict, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import checking, values
from bsoo.registry.facts import fill
from bsoo.registry.finding import searching
from bsoo.registry.models import Organisation, OrganisationRegion
from bsoo.services import guarding, hours
from bsoo.services.facts import Facts
from bsoo.services.models import Service, Standing, Where
from bsoo.services.words import groups_to_choose
from bsoo.terms import words
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words


def add(db: Session, actor: Actor, organisation: Organisation, region_id: UUID, facts: Facts) -> Service:
    """Put a service of an organisation on the map of a region; whoever writes it down has just looked."""
    require(actor, Permission.EDIT_REGISTRY, region_id)
    _refuse_elsewhere(db, organisation, region_id)
    columns = _checked(db, actor, region_id, organisation, facts, None)
    service = Service(organisation_id=organisation.id, region_id=region_id, checked_on=clock.today(), name_nl="")
    fill(service, columns)
    db.add(service)
    note(db, actor, "service.added", organisation, region_id, service=service.name_nl)
    searching.refresh_people_at(db, organisation.id)
    return service


def change(db: Session, actor: Actor, service: Service, *, revision: int, facts: Facts) -> None:
    """Change what people read of a service; that counts as a check."""
    require(actor, Permission.EDIT_REGISTRY, service.region_id)
    if revision != service.revision:
        raise Conflict(_("Somebody else changed this in between. Look at the page again, then make your change."))
    organisation = db.get_one(Organisation, service.organisation_id)
    columns = _checked(db, actor, service.region_id, organisation, facts, service)
    changed = fill(service, columns)
    service.checked_on, service.revision = clock.today(), service.revision + 1
    if set(changed) - {"not_names"}:
        service.changed_at = clock.now()
    db.add(service)
    _note(db, actor, "service.changed", service)
    searching.refresh_people_at(db, service.organisation_id)


def check(db: Session, actor: Actor, service: Service) -> None:
    """Staff looked today: all of it is right."""
    require(actor, Permission.EDIT_REGISTRY, service.region_id)
    service.checked_on = clock.today()
    db.add(service)
    _note(db, actor, "service.checked", service)
    db.flush()


def take_back_check(db: Session, actor: Actor, service: Service, before: date | None) -> None:
    """The check was a slip: the day of the one before counts again."""
    require(actor, Permission.EDIT_REGISTRY, service.region_id)
    if before is not None and before > clock.today():
        raise Refused(_("A check cannot lie in the future."))
    service.checked_on = before
    db.add(service)
    _note(db, actor, "service.unchecked", service)
    db.flush()


def end(db: Session, actor: Actor, service: Service) -> None:
    """The service is no longer given; it leaves the map and every export."""
    require(actor, Permission.EDIT_REGISTRY, service.region_id)
    _stand(service, Standing.ENDED)
    db.add(service)
    _note(db, actor, "service.ended", service)
    searching.refresh_people_at(db, service.organisation_id)


def put_back(db: Session, actor: Actor, service: Service) -> None:
    """It was not ended after all."""
    require(actor, Permission.EDIT_REGISTRY, service.region_id)
    _stand(service, Standing.RUNNING)
    db.add(service)
    _note(db, actor, "service.back", service)
    searching.refresh_people_at(db, service.organisation_id)


def _stand(service: Service, standing: Standing) -> None:
    if service.standing is not standing:
        service.standing, service.changed_at, service.revision = standing, clock.now(), service.revision + 1


def _note(db: Session, actor: Actor, verb: str, service: Service) -> None:
    """On the timeline of the organisation."""
    organisation = db.get_one(Organisation, service.organisation_id)
    note(db, actor, verb, organisation, service.region_id, service=service.name_nl)


def _refuse_elsewhere(db: Session, organisation: Organisation, region_id: UUID) -> None:
    here = select(OrganisationRegion.id).where(
        OrganisationRegion.organisation_id == organisation.id, OrganisationRegion.region_id == region_id
    )
    if db.exec(here).first() is None:
        raise Refused(_("This organisation does not work in that region."), "region")


def _checked(
    db: Session, actor: Actor, region_id: UUID, organisation: Organisation, typed: Facts, before: Service | None
) -> dict[str, object]:
    """The columns of a service; Refused at the field that is missing, not clear, or points at a person."""
    facts = _tidied(typed)
    if not facts.name_nl:
        raise Refused(_("Fill this in."), "name_nl")
    listed = words.known(db)
    theme = listed.usable(Vocabulary.THEME, [facts.theme], [before.theme] if before else [])
    if not theme:
        raise Refused(_("Choose one of the options."), "theme")
    if facts.is_public and not facts.description_nl:
        raise Refused(_("Say in a few sentences what people can get here. Everybody will read it."), "description_nl")
    if facts.found_at is Where.VISIT and not (facts.street and facts.place):
        missing = "place" if facts.street else "street"
        raise Refused(_("Write the street and the town, or choose another place."), missing)
    spans = hours.parsed(facts.hours)
    guarding.refuse_persons(db, actor, region_id, organisation, facts)
    return {
        **facts.texts,
        "theme": theme[0],
        "groups": _groups(listed, facts, before.groups if before else []),
        "languages": listed.usable(Vocabulary.LANGUAGE, facts.languages, before.languages if before else []),
        "hours": hours.stored(spans),
        "found_at": facts.found_at,
        "street": facts.street,
        "postcode": facts.postcode,
        "place": facts.place,
        "phone": facts.phone,
        "email": facts.email,
        "website": facts.website,
        "is_public": facts.is_public,
        "standing": facts.standing,
        "not_names": list(dict.fromkeys(facts.not_names))[:50],
    }


def _groups(listed: Words, facts: Facts, before: Sequence[str]) -> list[str]:
    """Only groups that may be chosen for a service, and those that it has."""
    may = groups_to_choose(listed, before)
    return [code for code in listed.usable(Vocabulary.GROUP, facts.groups, before) if code in may]


def _tidied(typed: Facts) -> Facts:
    """Numbers and addresses in one form; a service without an address keeps none."""
    nowhere = typed.found_at is Where.NOWHERE
    return Facts(
        **{field: text.strip() for field, text in typed.texts.items()},
        theme=typed.theme,
        groups=typed.groups,
        languages=typed.languages,
        hours=typed.hours,
        found_at=typed.found_at,
        street="" if nowhere else typed.street.strip(),
        postcode="" if nowhere else values.postcode(typed.postcode)[:10],
        place="" if nowhere else typed.place.strip(),
        phone=checking.phone(typed.phone),
        email=checking.role_address(typed.email),
        website=checking.website(typed.website),
        is_public=typed.is_public,
        standing=typed.standing,
        not_names=typed.not_names,
    )
