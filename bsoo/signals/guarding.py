"""The guard with the network's own names beside it: organisations, role addresses and numbers are no hint."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.registry.models import Organisation, OrganisationRegion
from bsoo.signals import guard
from bsoo.signals.guard import Finding, Known, guard_report
from bsoo.signals.words import FOUND

__all__ = ["PersonalData", "guard_report", "known", "refuse", "sentence"]


class PersonalData(Refused):
    """A text that points at a person; `found` are the places in it."""

    def __init__(self, errors: dict[str, str], found: dict[str, list[Finding]]) -> None:
        self.found = found
        super().__init__(errors=errors)


def known(db: Session, actor: Actor, region_ids: Sequence[UUID] | None = None) -> Known:
    """The organisations of these regions, or of all: their names, aliases, role addresses and phone numbers."""
    query = select(Organisation.name, Organisation.aliases, Organisation.email, Organisation.phone)
    if region_ids is not None:
        here = select(OrganisationRegion.organisation_id).where(col(OrganisationRegion.region_id).in_(region_ids))
        query = query.where(col(Organisation.id).in_(here))
    rows = db.exec(query).all()
    return Known.of(
        names=[name for row in rows for name in (row[0], *row[1])],
        emails=[row[2] for row in rows if row[2]],
        phones=[row[3] for row in rows if row[3]],
    )


def refuse(texts: dict[str, str], network: Known, not_names: Iterable[str] = ()) -> None:
    """Refuse what points at a person: certain findings always, possible ones until the writer says they are none."""
    told = network.with_words(not_names)
    found = {field: guard.findings(text, told) for field, text in texts.items()}
    found = {field: places for field, places in found.items() if places}
    if found:
        errors = {field: sentence(texts[field], places) for field, places in found.items()}
        raise PersonalData(errors, found)


def sentence(text: str, found: list[Finding]) -> str:
    """What the writer should do: leave the certain ones out, or say whether a possible one is a name."""
    hard = guard.hard(found)
    if hard:
        kinds = ", ".join(dict.fromkeys(_(FOUND[one.kind]) for one in hard))
        return _("Leave this out: %(kinds)s. It points at one person.", kinds=kinds)
    if all(one.kind is guard.What.COMBINATION for one in found):
        return _(
            "This describes one person so exactly that they may be recognised. Make it vaguer, or say that it is fine."
        )
    words = ", ".join(dict.fromkeys(one.of(text) for one in found if one.kind is not guard.What.COMBINATION))
    return _("Is this the name of a person: %(words)s? Leave it out, or say that it is not a name.", words=words)
