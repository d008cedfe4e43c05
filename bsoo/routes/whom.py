"""Whom an invitation goes to, as somebody chooses it on the page: kinds of organisations, a saved list, guests."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.meetings import audience
from bsoo.meetings.audience import EVERYBODY, Whom
from bsoo.meetings.models import Meeting
from bsoo.registry.finding import saved_lists
from bsoo.registry.finding.saved_lists import Listed
from bsoo.routes.edge import Typed, identifier

_MOST_GUESTS = 200
_MOST_SECTORS = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, as the address and the form of the page say it."""

    sectors: Sequence[str] = ()
    list_id: str = ""
    guests: Sequence[str] = ()
    whom: Whom = EVERYBODY

    @property
    def fields(self) -> dict[str, object]:
        """The same choice in another address."""
        chosen = {"sector": list(self.sectors), "lijst": self.list_id, "gast": list(self.guests)}
        return {name: value for name, value in chosen.items() if value}


def chosen(db: Session, actor: Actor, meeting: Meeting, typed: Typed, lists: Sequence[Listed]) -> Choice:
    """Read a choice; a list that is gone or of elsewhere is refused, for without it everybody would be invited."""
    sectors, guests, list_id = typed.all("sector"), typed.all("gast"), typed.get("lijst", "")
    known = list(dict.fromkeys(sectors[:_MOST_SECTORS]))
    picked = [one for one in dict.fromkeys(guests[:_MOST_GUESTS]) if _is_id(one)]
    whom = EVERYBODY
    if list_id:
        listed = next((one for one in lists if str(one.kept.id) == list_id), None)
        if listed is None:
            raise Refused(_("This list cannot be used here. Choose another."), "lijst")
        whom = audience.of_list(db, actor, meeting, listed.kept)
    return Choice(
        known,
        list_id,
        picked,
        Whom(frozenset(known), whom.list_name, whom.listed, whom.guests | {identifier(one) for one in picked}),
    )


def lists(db: Session, actor: Actor, meeting: Meeting) -> list[Listed]:
    """The saved lists that can be chosen for this meeting."""
    return [one for one in saved_lists.lists(db, actor, meeting.region_id) if one.wanted is not None]


def _is_id(typed: str) -> bool:
    try:
        identifier(typed)
    except NotFound:
        return False
    return True
