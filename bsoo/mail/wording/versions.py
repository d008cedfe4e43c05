"""Which text holds where, and its history. A text of the region goes before that of all regions, before the built-in.

This package is lower than access: the caller has asked whether somebody may edit.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bsoo.errors import Conflict, Refused
from bsoo.i18n import gettext as _
from bsoo.mail.wording.built_in import Wording, built_in
from bsoo.mail.wording.checking import fits, mistakes
from bsoo.mail.wording.models import LetterText

Place = tuple[str, UUID | None, str]
"""Text, region (None is all of them) and language."""


class Held(NamedTuple):
    """The text that holds somewhere, and why."""

    wording: Wording
    own: LetterText | None
    """Written for this very place."""
    beneath: Wording
    """What would hold without it."""
    is_edited_beneath: bool

    @property
    def has_changed_beneath(self) -> bool:
        """Whether the text that this one replaced says something else by now."""
        return self.own is not None and self.own.beneath != self.beneath._asdict()


class Texts:
    """The edited texts of some regions, and of all together, read once."""

    def __init__(self, db: Session, regions: Collection[UUID | None]) -> None:
        there = {one for one in regions if one is not None}
        where = or_(col(LetterText.region_id).is_(None), col(LetterText.region_id).in_(there))
        query = select(LetterText).where(col(LetterText.is_current), col(LetterText.is_withdrawn).is_(False), where)
        rows = db.exec(query.order_by(col(LetterText.made_at), col(LetterText.id)))
        self._own: Mapping[Place, LetterText] = {(one.name, one.region_id, one.language): one for one in rows}

    def held(self, name: str, region_id: UUID | None, language: str) -> Held:
        """What holds in a place; a text that no longer fits does not."""
        own = self._own.get((name, region_id, language))
        general = self.edited(name, None, language) if region_id else None
        beneath = general or built_in(name, language)
        holds = own.wording if own and fits(name, language, own.wording) else beneath
        return Held(holds, own, beneath, general is not None)

    def edited(self, name: str, region_id: UUID | None, language: str) -> Wording | None:
        """The edited text that holds; None when it is the one of the product."""
        for region in dict.fromkeys((region_id, None)):
            found = self._own.get((name, region, language))
            if found is not None and fits(name, language, found.wording):
                return found.wording
        return None


def edited_fact(db: Session, name: str, region_id: UUID | None, language: str) -> dict[str, dict[str, str]]:
    """The edited text as a fact of a letter that is shown before it is queued; nothing where the built-in one holds."""
    found = Texts(db, [region_id]).edited(name, region_id, language)
    return {"wording": found._asdict()} if found else {}


def history(db: Session, place: Place) -> list[LetterText]:
    """Every version of a place, newest first."""
    query = select(LetterText).where(_at(place))
    return list(db.exec(query.order_by(col(LetterText.made_at).desc(), col(LetterText.id).desc())))


def save(db: Session, by: UUID | None, place: Place, wording: Wording, *, after: str) -> LetterText:
    """A new version of a text, if nothing is wrong with it. `after` is the version that the editor had before them."""
    name, _region_id, language = place
    wrong = mistakes(name, language, wording)
    if wrong:
        raise Refused(errors={one.field: one.sentence for one in reversed(wrong)})
    before = _current(db, place)
    if after != (str(before.id) if before else ""):
        raise _somebody_was_first()
    if before is not None and not before.is_withdrawn and before.wording == wording and _is_same_beneath(db, before):
        return before
    return _put(db, by, place, before, wording)


def withdraw(db: Session, by: UUID | None, place: Place) -> LetterText:
    """Back to the text beneath; gives the version that is left, for taking it back."""
    before = _current(db, place)
    if before is None or before.is_withdrawn:
        raise Refused(_("This text is the one that comes with the product already."))
    _put(db, by, place, before, None)
    return before


def put_back(db: Session, by: UUID | None, place: Place, version_id: UUID) -> LetterText:
    """An earlier version once more, as a new one; of a text that was withdrawn as well."""
    found = next((one for one in history(db, place) if one.id == version_id), None)
    if found is None or found.is_withdrawn or not fits(place[0], place[2], found.wording):
        raise Refused(_("This version cannot be put back."))
    return _put(db, by, place, _current(db, place), found.wording)


def _put(db: Session, by: UUID | None, place: Place, before: LetterText | None, wording: Wording | None) -> LetterText:
    name, region_id, language = place
    if before is not None:
        before.is_current = False
        db.flush()
    beneath = Texts(db, [region_id]).held(name, region_id, language).beneath
    made = LetterText(
        name=name,
        region_id=region_id,
        language=language,
        **(wording or Wording("", ""))._asdict(),
        beneath=beneath._asdict(),
        is_withdrawn=wording is None,
        made_by=by,
    )
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError as error:  # both wrote the first version, and the other one is kept
        raise _somebody_was_first() from error
    return made


def _somebody_was_first() -> Conflict:
    return Conflict(_("Somebody else changed this text in between. Yours is still here; look at theirs below."))


def _is_same_beneath(db: Session, version: LetterText) -> bool:
    held = Texts(db, [version.region_id]).held(version.name, version.region_id, version.language)
    return not held.has_changed_beneath


def _current(db: Session, place: Place) -> LetterText | None:
    """The newest version; on PostgreSQL whoever changes it holds it until they are done."""
    query = select(LetterText).where(_at(place), col(LetterText.is_current)).with_for_update()
    return db.exec(query.order_by(col(LetterText.made_at).desc(), col(LetterText.id).desc())).first()


def _at(place: Place) -> ColumnElement[bool]:
    name, region_id, language = place
    region = col(LetterText.region_id)
    where = region.is_(None) if region_id is None else region == region_id
    return and_(where, col(LetterText.name) == name, col(LetterText.language) == language)
