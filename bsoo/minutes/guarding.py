"""What may not stand in a text that leaves the office: personal data of the people whom the work is about."""

from uuid import UUID

from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.meetings.models import TextLevel
from bsoo.signals import guard, guarding


def refuse_personal_data(
    db: Session, actor: Actor, region_id: UUID, text: str, level: TextLevel, field: str = "text"
) -> None:
    """Internal texts may hold a partner's phone number; whatever goes further may not hold a certain finding."""
    if level is TextLevel.INTERNAL or not text:
        return
    found = hard_findings(text, guarding.known(db, actor, [region_id]))
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
