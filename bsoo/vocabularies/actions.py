"""Adding a word to a managed list, calling it otherwise, putting it elsewhere, closing and opening it again."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Conflict, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import Fact, entry
from bsoo.registry.finding import searching
from bsoo.signals.models import Theme
from bsoo.terms.first import KEPT
from bsoo.terms.models import Term, Vocabulary, id_of
from bsoo.text import fold, slug_of
from bsoo.vocabularies import queries

Row = Theme | Term
"""A word with its table: the themes have definitions."""

_LONGEST = 80
_LONGEST_DEFINITION = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A word as a form gives it; `after` is the code of the word that it stands behind, empty for the first place."""

    name_nl: str
    name_en: str
    definition_nl: str = ""
    definition_en: str = ""
    after: str = ""

    @property
    def seen(self) -> tuple[str, str, str, str]:
        return self.name_nl, self.name_en, self.definition_nl, self.definition_en


def add(db: Session, actor: Actor, kind: Vocabulary, facts: Facts, *, code: str = "") -> str:
    """Put a word on a list; says its code. A language has the code of ISO 639, other words get one of their own."""
    require(actor, Permission.ADMINISTER)
    rows = _rows(db, kind)
    plain = _checked(rows, facts)
    code = _language_code(rows, code) if kind is Vocabulary.LANGUAGE else _new_code(rows, plain.name_en)
    term = Term(kind=kind, code=code, name_nl="", name_en="")
    row: Row = Theme(code=code, name_nl="", name_en="") if kind is Vocabulary.THEME else term
    _fill(row, plain)
    db.add(row)
    _place(db, [*rows, row], row, facts.after)
    _note(db, actor, "term.added", kind, code, name=plain.name_nl)
    return code


def change(db: Session, actor: Actor, kind: Vocabulary, code: str, facts: Facts, *, seen: str) -> None:
    """Call a word otherwise or put it elsewhere in its list; what is called so is found by the new name at once.

    `seen` is what the page showed before, so that two administrators do not overwrite each other in silence.
    """
    require(actor, Permission.ADMINISTER)
    rows = _rows(db, kind)
    row = _row(rows, code)
    if seen != queries.mark(row):
        raise Conflict(_("Somebody else changed this in between. Look at the page again, then make your change."))
    plain = _checked(rows, facts, of=row)
    before = (row.name_nl, row.name_en)
    _fill(row, plain)
    db.add(row)
    _place(db, rows, row, facts.after)
    _note(db, actor, "term.changed", kind, code, name=plain.name_nl, before=before[0])
    if before != (row.name_nl, row.name_en):
        searching.refresh(db, queries.people_found_by(db, actor, kind, code))


def close(db: Session, actor: Actor, kind: Vocabulary, code: str) -> None:
    """The word is no longer offered; where it is used it stays, and is shown."""
    require(actor, Permission.ADMINISTER)
    row = _row(_rows(db, kind), code)
    if code in KEPT[kind]:
        raise Refused(_("This word means something to the program. You can call it otherwise, but not close it."))
    if row.closed_on is not None:
        raise Refused(_("This word is closed already."))
    row.closed_on = clock.today()
    db.add(row)
    _note(db, actor, "term.closed", kind, code, name=row.name_nl)


def open_again(db: Session, actor: Actor, kind: Vocabulary, code: str) -> None:
    """The word is offered again; one that was merged comes back by undoing the merge."""
    require(actor, Permission.ADMINISTER)
    rows = _rows(db, kind)
    row = _row(rows, code)
    if row.successor:
        raise Refused(_("This word was merged. Undo the merge to get it back."))
    _refuse_second(rows, row.name_nl, row.name_en, of=row)
    row.closed_on = None
    db.add(row)
    _note(db, actor, "term.opened", kind, code, name=row.name_nl)


def _rows(db: Session, kind: Vocabulary) -> list[Row]:
    """The words of a list in their order."""
    if kind is Vocabulary.THEME:
        return [*db.exec(select(Theme).order_by(col(Theme.position), col(Theme.code)))]
    return [*db.exec(select(Term).where(Term.kind == kind).order_by(col(Term.position), col(Term.code)))]


def _row(rows: list[Row], code: str) -> Row:
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise NotFound
    return found


def _checked(rows: list[Row], facts: Facts, of: Row | None = None) -> Facts:
    """Both names, of no other word that is offered; short enough."""
    texts = [" ".join(text.split()) for text in facts.seen]
    errors = {
        field: _("Fill this in.") if not text else _("Use at most %(number)s characters.", number=_LONGEST)
        for field, text in zip(("name_nl", "name_en"), texts, strict=False)
        if not 0 < len(text) <= _LONGEST
    }
    errors |= {
        field: _("Use at most %(number)s characters.", number=_LONGEST_DEFINITION)
        for field, text in zip(("definition_nl", "definition_en"), texts[2:], strict=True)
        if len(text) > _LONGEST_DEFINITION
    }
    if errors:
        raise Refused(errors=errors)
    if of is None or of.closed_on is None:
        _refuse_second(rows, texts[0], texts[1], of=of)
    return Facts(name_nl=texts[0], name_en=texts[1], definition_nl=texts[2], definition_en=texts[3])


def _refuse_second(rows: list[Row], name_nl: str, name_en: str, of: Row | None) -> None:
    """Two words of one name on one list are one word."""
    others = [row for row in rows if row is not of and row.closed_on is None]
    errors = {
        field: _("There is a word of this name already. Change the name, or merge the two.")
        for field, mine in (("name_nl", name_nl), ("name_en", name_en))
        if fold(mine) in {fold(getattr(row, field)) for row in others}
    }
    if errors:
        raise Refused(errors=errors)


def _fill(row: Row, facts: Facts) -> None:
    row.name_nl, row.name_en = facts.name_nl, facts.name_en
    if isinstance(row, Theme):
        row.definition_nl, row.definition_en = facts.definition_nl, facts.definition_en


def _place(db: Session, rows: list[Row], row: Row, after: str) -> None:
    """Behind another word of the list; every word gets the number of its place."""
    others = [one for one in rows if one is not row]
    place = next((number for number, one in enumerate(others, 1) if one.code == after), 0)
    for position, one in enumerate([*others[:place], row, *others[place:]]):
        if one.position != position:
            one.position = position
            db.add(one)
    db.flush()


def _language_code(rows: list[Row], code: str) -> str:
    if code not in queries.iso_languages():
        raise Refused(_("Choose a language."), "code")
    if any(row.code == code for row in rows):
        raise Refused(_("This language is on the list already."), "code")
    return code


def _new_code(rows: list[Row], name: str) -> str:
    """A short form of the English name; a number behind it when it is taken."""
    taken = {row.code for row in rows}
    begin = slug_of(name)[:36].strip("-") or "word"
    numbered = (f"{begin}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (begin, *numbered) if code not in taken)


def _note(db: Session, actor: Actor, verb: str, kind: Vocabulary, code: str, **facts: Fact) -> None:
    db.add(entry(actor, verb, "term", id_of(kind, code), None, kind=str(kind), code=code, **facts))
    db.flush()
