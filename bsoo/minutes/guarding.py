"""What may not stand in a text that leaves the office: personal data of the people whom the work is about."""

from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.meetings.models import TextLevel
from bsoo.registry.models import Organisation, OrganisationRegion
from bsoo.signals import guard


def refuse_personal_data(
    db: Session, actor: Actor, region_id: UUID, text: str, level: TextLevel, field: str = "text"
) -> None:
    """Internal texts may hold a partner's phone number; whatever goes further may not hold a certain finding."""
    if level is TextLevel.INTERNAL:
        return
    found = hard_findings(text, known(db, actor, region_id))
    if found:
        raise Refused(
            _(
                "This points at one person: %(words)s. Leave it out, or make the line internal.",
                words=", ".join(f"“{words}”" for words in found),
            ),
            field=field,
        )


def hard_findings(text: str, known: guard.Known) -> list[str]:
    """The words that certainly are personal data, in reading order."""
    return [found.of(text) for found in guard.hard(guard.findings(text, known))]


def known(db: Session, actor: Actor, region_id: UUID) -> guard.Known:
    """The organisations of a region with their role addresses and numbers: no hint at a person."""
    require(actor, Permission.VIEW_MINUTES, region_id)
    rows = db.exec(
        select(Organisation.name, Organisation.aliases, Organisation.email, Organisation.phone)
        .join(OrganisationRegion, col(OrganisationRegion.organisation_id) == Organisation.id)
        .where(OrganisationRegion.region_id == region_id)
    ).all()
    return guard.Known.of(
        names=[name for row in rows for name in (row[0], *row[1])],
        emails=[row[2] for row in rows if row[2]],
        phones=[row[3] for row in rows if row[3]],
    )
