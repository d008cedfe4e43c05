"""Saved lists: keep a way of looking, change it, share it, take it away; and why somebody is in one or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy import func as sql
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.models import User
from bsoo.access.policy import Permission, may, permitted_regions, regions_where, require
from bsoo.db import prepared
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry.conditions import visible
from bsoo.registry.finding.narrowing import Part, conditions, parts
from bsoo.registry.finding.saved import SavedList
from bsoo.registry.finding.searching import says, terms
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.wanted_as_json import as_json, from_json
from bsoo.registry.models import Contact
from bsoo.registry.rows import Columns, columns
from bsoo.registry.values import folded

MOST_EXPLAINED = 10
_LONGEST_NAME = 80


# --- what staff do with lists -----------------------------------------------------------------------------------------


def keep(db: Session, actor: Actor, wanted: Wanted, name: str, *, shared: bool) -> SavedList:
    """Keep what is asked under a name; for oneself, or for everybody who sees these contacts."""
    require(actor, Permission.VIEW_REGISTRY, wanted.region_id)
    if shared:
        require(actor, Permission.EDIT_REGISTRY, wanted.region_id)
    made = SavedList(name=_checked(db, actor, name), region_id=wanted.region_id, shared=shared, owner_id=actor.id)
    made.asked = as_json(wanted)
    db.add(made)
    note(db, actor, "list.kept", made, made.region_id)
    db.flush()
    return made


def change(db: Session, actor: Actor, kept: SavedList, *, name: str, shared: bool, revision: int) -> None:
    """Another name, or shared or not any more."""
    require_own(actor, kept)
    if revision != kept.revision:
        raise Conflict(_("Somebody else changed this in between. Look at the page again, then make your change."))
    if shared and not kept.shared:
        require(actor, Permission.EDIT_REGISTRY, kept.region_id)
    kept.name, kept.shared, kept.revision = _checked(db, actor, name, of=kept.id), shared, kept.revision + 1
    db.add(kept)
    note(db, actor, "list.changed", kept, kept.region_id)
    db.flush()


def ask_else(db: Session, actor: Actor, kept: SavedList, wanted: Wanted) -> None:
    """The list asks something else from now on; where it looks stays the same."""
    require_own(actor, kept)
    kept.asked, kept.revision = as_json(wanted), kept.revision + 1
    db.add(kept)
    note(db, actor, "list.changed", kept, kept.region_id)
    db.flush()


def remove(db: Session, actor: Actor, kept: SavedList) -> None:
    """Nobody sees the list any more, until it is put back; nobody who was in it goes."""
    require_own(actor, kept)
    kept.removed_at = clock.now()
    db.add(kept)
    note(db, actor, "list.removed", kept, kept.region_id)
    db.flush()


def put_back(db: Session, actor: Actor, kept: SavedList) -> None:
    """It was not to be removed after all."""
    require_own(actor, kept)
    kept.removed_at = None
    db.add(kept)
    note(db, actor, "list.put-back", kept, kept.region_id)
    db.flush()


def is_own(actor: Actor, kept: SavedList) -> bool:
    """Whose it is may change it; of a shared list everybody who may edit those contacts."""
    return kept.owner_id == actor.id or (kept.shared and may(actor, Permission.EDIT_REGISTRY, kept.region_id))


def require_own(actor: Actor, kept: SavedList) -> None:
    if not is_own(actor, kept):
        raise NotAllowed


def _checked(db: Session, actor: Actor, name: str, of: UUID | None = None) -> str:
    plain = " ".join(name.split())[:_LONGEST_NAME]
    if not plain:
        raise Refused(_("Give the list a name."), "name")
    known = db.execute(columns(SavedList.id, SavedList.name).where(_mine(actor)))
    if any(folded(other) == folded(plain) for one, other in known if one != of):
        raise Refused(_("There is a list of this name already. Choose another name."), "name")
    return plain


# --- what they see of them --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with who made it; `wanted` is None when its conditions cannot be read any more."""

    kept: SavedList
    owner: str
    wanted: Wanted | None


def lists(db: Session, actor: Actor, region_id: UUID | None = None) -> list[Listed]:
    """One's own lists and those that are shared, by name; of one region with those of all regions."""
    rows = db.execute(_lists(actor, region_id))
    return [Listed(kept, owner or "", from_json(kept.asked, kept.region_id)) for kept, owner in rows]


@prepared
def _lists(actor: Actor, region_id: UUID | None) -> Columns:
    here = or_(col(SavedList.region_id) == region_id, col(SavedList.region_id).is_(None)) if region_id else true()
    return (
        columns(SavedList, User.name)
        .outerjoin(User, col(User.id) == SavedList.owner_id)
        .where(_mine(actor), here)
        .order_by(sql.lower(SavedList.name), col(SavedList.id))
    )


def saved_list(db: Session, actor: Actor, list_id: UUID, *, removed: bool = False) -> SavedList:
    """A list that the actor may see."""
    found = db.exec(select(SavedList).where(SavedList.id == list_id, _mine(actor, removed=removed))).first()
    if found is None:
        raise NotFound
    return found


def numbers(db: Session, actor: Actor, wanted: Sequence[Wanted]) -> list[int]:
    """How many each of these would hold now; one statement."""
    today = clock.today()
    asked = [
        columns(sql.count()).select_from(Contact).where(*conditions(actor, one, today)).scalar_subquery()
        for one in wanted
    ]
    return list(db.execute(columns(*asked)).one()) if asked else []


def _mine(actor: Actor, *, removed: bool = False) -> ColumnElement[bool]:
    own = col(SavedList.owner_id) == actor.id if actor.id else false()
    everywhere = permitted_regions(actor, Permission.VIEW_REGISTRY) is None
    here = true() if everywhere else regions_where(actor, Permission.VIEW_REGISTRY, col(SavedList.region_id))  # type: ignore[arg-type] # may be empty
    for_all = and_(col(SavedList.region_id).is_(None), true() if may(actor, Permission.VIEW_REGISTRY) else false())
    shared = and_(col(SavedList.shared), or_(here, for_all))
    gone = col(SavedList.removed_at).is_not(None) if removed else col(SavedList.removed_at).is_(None)
    within = or_(here, for_all)
    return and_(gone, or_(and_(own, within), shared))


# --- why somebody is in it --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """Somebody beside a list: each condition, and whether it holds."""

    contact_id: UUID
    name: str
    answers: tuple[tuple[Part, bool], ...]

    @property
    def is_in(self) -> bool:
        return all(holds for _part, holds in self.answers)


def why(db: Session, actor: Actor, wanted: Wanted, name: str) -> list[Why]:
    """The people of that name whom the actor may see, in the list or not, and why."""
    asked = parts(actor, wanted, clock.today())
    who = [says(term) for term in terms(name)]
    if not who:
        return []
    rows = db.execute(
        columns(Contact.id, Contact.display_name, *(part.holds for part in asked))
        .where(col(Contact.archived_at).is_(None), visible(actor), *who)
        .order_by(col(Contact.sort_name), col(Contact.id))
        .limit(MOST_EXPLAINED)
    )
    return [
        Why(contact_id, called, tuple(zip(asked, map(bool, holds), strict=True))) for contact_id, called, *holds in rows
    ]
