"""What somebody says of a contact or an organisation, before it is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import SQLModel

from bsoo.registry.models import Sector


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFacts:
    """A person, or a shared mailbox when there is no name; the organisation is found by its own."""

    email: str
    title: str = ""
    given_name: str = ""
    infix: str = ""
    family_name: str = ""
    phone: str = ""
    language: str = "nl"
    organisation: str = ""
    role: str = ""
    department: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """An organisation as a form gives it."""

    name: str
    sector: str = Sector.OTHER
    aliases: Sequence[str] = ()
    kvk: str = ""
    website: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    place: str = ""
    themes: Sequence[str] = ()
    notes: str = ""


def fill(row: SQLModel, values: Mapping[str, object]) -> list[str]:
    """Put values in a row; says which fields became different."""
    changed = [field for field, value in values.items() if value != getattr(row, field)]
    for field in changed:
        setattr(row, field, values[field])
    return changed


WAS, NOW = "was.", "now."
"""How the facts of the logbook name what a field said."""
_PRIVATE = frozenset({"notes", "aliases", "themes"})
"""Notes are nobody's business later; of lists the name of the field is enough."""
_LONGEST = 120


def was_and_now(before: Mapping[str, object], after: Mapping[str, object], changed: Sequence[str]) -> dict[str, str]:
    """What fields were and became, as facts for the logbook; they go when the person is erased."""
    told = [field for field in changed if field in after and field not in _PRIVATE]
    return {
        when + field: str(values[field])[:_LONGEST] for field in told for when, values in ((WAS, before), (NOW, after))
    }


def from_to(changes: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The same of what does not stand in one row."""
    return {
        f"{when}{field}": said[:_LONGEST]
        for field, both in changes.items()
        for when, said in zip((WAS, NOW), both, strict=True)
    }


def at(*organisation_ids: UUID) -> dict[str, str]:
    """At which organisations something happened to a person, so that it stands on their timelines too."""
    return {"at": " ".join(one.hex for one in organisation_ids)} if organisation_ids else {}
