"""Two words become one: all that used the one uses the other; for ninety days that can be taken back."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, or_, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import entry
from bsoo.registry.finding import searching
from bsoo.signals.models import Theme
from bsoo.terms import words
from bsoo.terms.first import KEPT
from bsoo.terms.models import Term, Vocabulary, id_of
from bsoo.vocabularies import cells, queries
from bsoo.vocabularies.cells import Move
from bsoo.vocabularies.models import TermMerge

UNDO_WITHIN = timedelta(days=90)


def merge(db: Session, actor: Actor, kind: Vocabulary, lost: str, kept: str) -> TermMerge:
    """Let everything that uses one word use another, also what is remembered; the one leads to the other."""
    require(actor, Permission.ADMINISTER)
    gone, stays = _row(db, kind, lost), _row(db, kind, kept)
    if gone is None:
        raise NotFound
    if stays is None or stays.closed_on is not None or kept == lost:
        raise Refused(_("Choose the word that stays."), "into")
    if lost in KEPT[kind]:
        raise Refused(_("This word means something to the program. Merge the other one into this one."), "into")
    if gone.successor:
        raise Refused(_("This word was merged already."), "into")
    made = TermMerge(kind=kind, lost=lost, kept=kept, was_closed_on=gone.closed_on, merged_by=actor.name, moves=[])
    gone.successor, gone.closed_on = kept, gone.closed_on or clock.today()
    db.add(gone)
    moves = cells.move(db, kind, lost, kept)
    made.moves = list(map(dict, moves))
    db.add(made)
    _note(db, actor, "term.merged", made)
    _search_again(db, actor, moves)
    return made


def can_undo(merge: TermMerge) -> bool:
    return merge.undone_at is None and merge.merged_at > clock.now() - UNDO_WITHIN


def undo(db: Session, actor: Actor, made: TermMerge) -> int:
    """Give every place the word back that it had, unless somebody changed it since: says how many stay as they are."""
    require(actor, Permission.ADMINISTER)
    if not can_undo(made):
        raise Refused(_("This merge can no longer be undone: that goes for ninety days, and once."))
    if later := _later(db, made):
        name = words.known(db).name(Vocabulary(later.kind), later.lost)
        raise Refused(_("First undo the later merge of ‘%(name)s’: it stands on this one.", name=name))
    gone = _row(db, Vocabulary(made.kind), made.lost)
    if gone is None:
        raise NotFound
    moves: list[Move] = made.moves  # type: ignore[assignment] # JSON as it was written
    gone.successor, gone.closed_on = None, made.was_closed_on
    made.undone_at, made.moves = clock.now(), []
    db.add_all([gone, made])
    stayed = cells.take_back(db, moves)
    _note(db, actor, "term.parted", made)
    _search_again(db, actor, moves)
    return stayed


def term_merge(db: Session, actor: Actor, merge_id: UUID) -> TermMerge:
    require(actor, Permission.ADMINISTER)
    found = db.get(TermMerge, merge_id)
    if found is None:
        raise NotFound
    return found


def _later(db: Session, made: TermMerge) -> TermMerge | None:
    """The newest merge since that touches one of these two words and stands."""
    both = (made.lost, made.kept)
    touches = or_(col(TermMerge.lost).in_(both), col(TermMerge.kept).in_(both))
    return db.exec(
        select(TermMerge)
        .where(TermMerge.kind == made.kind, TermMerge.id > made.id, col(TermMerge.undone_at).is_(None), touches)
        .order_by(col(TermMerge.id).desc())
    ).first()


def _row(db: Session, kind: Vocabulary, code: str) -> Theme | Term | None:
    return db.get(Theme, code) if kind is Vocabulary.THEME else db.get(Term, (str(kind), code))


def _search_again(db: Session, actor: Actor, moves: Sequence[Move]) -> None:
    """People are found by what their organisations are and do."""
    houses = cells.holders(db, moves, "organisation")
    searching.refresh(db, queries.people_at(db, actor, houses))


def _note(db: Session, actor: Actor, verb: str, made: TermMerge) -> None:
    facts = {"kind": made.kind, "lost": made.lost, "kept": made.kept}
    db.add(entry(actor, verb, "term", id_of(Vocabulary(made.kind), made.lost), None, **facts))
    db.flush()
