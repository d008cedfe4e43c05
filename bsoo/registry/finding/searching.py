"""The two texts per contact that the search looks in, kept right by every action that changes a part of them.

`search` is what somebody is called and where they sit; `search_more` is what they and their organisations do, in both
languages. One text and a plain LIKE finds a part of a Dutch compound on both databases, without an extension of either.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, literal, or_, update
from sqlmodel import Session, SQLModel, col, select

from bsoo import i18n
from bsoo.access.actor import Actor
from bsoo.registry.doubles.merges import Alternative
from bsoo.registry.finding import within
from bsoo.registry.finding.same_words import in_other_words
from bsoo.registry.models import Address, Affiliation, Contact, Organisation
from bsoo.registry.rows import columns
from bsoo.registry.snapshots import table_of
from bsoo.registry.values import folded
from bsoo.terms import words
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words

COLUMNS = ("search", "search_more")
ESCAPE = "/"
_LONGEST = {"search": 1200, "search_more": 3000}
_AT_ONCE = 5_000
_SHORTEST_NUMBER = 6
_VAN_DER = re.compile(r"(?<!\S)v[./]?\s?d\.?(?!\S)")

Texts = dict[UUID, list[str]]


def refresh(db: Session, contact_ids: Collection[UUID]) -> None:
    """Make the search texts again from all that we know of these contacts now and before."""
    ordered = list(contact_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        _refresh_some(db, ordered[start : start + _AT_ONCE])


def refresh_people_at(db: Session, organisation_id: UUID) -> None:
    """Something changed in what an organisation is called or does; its departments are found by its name too."""
    refresh(db, people_of_family(db, organisation_id))


def people_of_family(db: Session, organisation_id: UUID) -> list[UUID]:
    """Everybody who sits or sat at an organisation or at a part of it."""
    root = columns(col(Organisation.id).label("id")).where(col(Organisation.id) == organisation_id)
    asked = columns(Affiliation.contact_id).where(col(Affiliation.organisation_id).in_(within.below(root)))
    return list(db.scalars(asked.distinct().order_by(col(Affiliation.contact_id))))


def words_at(db: Session, houses: Collection[UUID]) -> dict[UUID, str]:
    """What these organisations do, for the people that a list brings there; their own words come with their rows."""
    does = _words_of_houses(db, houses)
    asked = columns(Organisation.id, Organisation.aliases).where(col(Organisation.id).in_(houses))
    return {house: _text("search_more", [*aliases, *does[house]]) for house, aliases in db.execute(asked)}


def refresh_all(db: Session, actor: Actor) -> int:
    """Make every text again: what changed in a theme or in another program is found from then on."""
    everybody = list(db.exec(select(Contact.id)))
    refresh(db, everybody)
    return len(everybody)


def _refresh_some(db: Session, contact_ids: list[UUID]) -> None:
    db.flush()
    called, does = Texts(), Texts()
    _own_words(db, contact_ids, called, does)
    _words_of_seats(db, contact_ids, called, does)
    for owner, said in _addresses_and_names(db, contact_ids):
        called[owner].append(said)
    rows = [
        {"row_id": key, "called": _text("search", called[key]), "does": _text("search_more", does[key])}
        for key in called
    ]
    if rows:
        table = SQLModel.metadata.tables["contact"]
        change = update(table).values(search=bindparam("called"), search_more=bindparam("does"))
        db.connection().execute(change.where(table.c.id == bindparam("row_id")), rows)
        db.expire_all()


def _text(column: str, parts: list[str]) -> str:
    return folded(" ".join(" ".join(dict.fromkeys(filter(None, parts))).split()))[: _LONGEST[column]]


def _own_words(db: Session, contact_ids: list[UUID], called: Texts, does: Texts) -> None:
    asked = select(Contact.id, Contact.display_name, Contact.phone, Contact.notes)
    for contact_id, name, phone, notes in db.exec(asked.where(col(Contact.id).in_(contact_ids))):
        called[contact_id] = [name, phone.replace("+31", "0")]
        does[contact_id] = [notes]


def _words_of_seats(db: Session, contact_ids: list[UUID], called: Texts, does: Texts) -> None:
    """Organisation and role of every seat; of those that run also what the organisation is and does."""
    seats = db.execute(
        columns(
            *(Affiliation.contact_id, Affiliation.role, Affiliation.department, Affiliation.ended_on),
            *(Organisation.id, Organisation.name, Organisation.aliases),
        )
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(col(Affiliation.contact_id).in_(contact_ids))
        .order_by(col(Affiliation.ended_on).is_not(None), col(Affiliation.id))
    ).all()
    done = _words_of_houses(db, {seat[4] for seat in seats if seat[3] is None})
    for contact_id, role, department, ended_on, house_id, house, aliases in seats:
        called[contact_id] += [house, role, department]
        does[contact_id] += [*aliases, *(done[house_id] if ended_on is None else ())]


def _words_of_houses(db: Session, houses: Collection[UUID]) -> dict[UUID, list[str]]:
    """What these organisations are a part of, however deep, what they are and do, and what is noted of them."""
    listed, services, wholes = words.known(db), _service_words(db, houses), _wholes(db, houses)
    asked = columns(Organisation.id, Organisation.sector, Organisation.themes, Organisation.notes)
    return {
        house: [*wholes.get(house, ()), *_own_words_of(listed, sector, codes), *services.get(house, ()), notes]
        for house, sector, codes, notes in db.execute(asked.where(col(Organisation.id).in_(houses)))
    }


def text_of_new(listed: Words, sector: str, codes: Iterable[str], notes: str) -> str:
    """What people at an organisation are found by that is only now made: a part of nothing, and without services."""
    return _text("search_more", [*_own_words_of(listed, sector, codes), notes])


def _own_words_of(listed: Words, sector: str, codes: Iterable[str]) -> list[str]:
    return [*both_names(listed, Vocabulary.SECTOR, [sector]), *both_names(listed, Vocabulary.THEME, codes)]


def both_names(listed: Words, kind: Vocabulary, codes: Iterable[str]) -> list[str]:
    """What some words are called, in each language."""
    return [name for code in codes for name in (listed.name(kind, code, one) for one in i18n.LANGUAGES)]


def _wholes(db: Session, houses: Collection[UUID]) -> dict[UUID, list[str]]:
    """The names of what they are a part of: a municipality finds its departments, and theirs."""
    tree = within.wholes(houses)
    asked = columns(tree.c.house, Organisation.name, Organisation.aliases)
    found: dict[UUID, list[str]] = {}
    for house, name, aliases in db.execute(
        asked.join(tree, tree.c.whole == Organisation.id).order_by(col(Organisation.id))
    ):
        found.setdefault(house, []).extend((name, *aliases))
    return found


def _addresses_and_names(db: Session, contact_ids: list[UUID]) -> Iterator[tuple[UUID, str]]:
    of_these = col(Address.contact_id).in_(contact_ids)
    yield from db.exec(select(Address.contact_id, Address.email).where(of_these).order_by(col(Address.id)))
    names = select(Alternative.contact_id, Alternative.value).where(
        col(Alternative.contact_id).in_(contact_ids), Alternative.field == "name"
    )
    for owner, name in db.exec(names.order_by(col(Alternative.id))):
        if owner is not None:
            yield owner, name


def _service_words(db: Session, organisation_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """What organisations offer that has not ended; known by its name, as above."""
    service = table_of("service")
    asked = columns(service.c.organisation_id, service.c.name_nl, service.c.name_en).where(
        service.c.organisation_id.in_(organisation_ids), service.c.standing != "ended"
    )
    found: dict[UUID, list[str]] = {}
    for house_id, nl, en in db.execute(asked.order_by(service.c.id)):
        found.setdefault(house_id, []).extend((nl, en))
    return found


# --- what somebody types ----------------------------------------------------------------------------------------------


def terms(typed: str) -> list[str]:
    """The words to look for; a telephone number is one word however it is written, and "vd Berg" is any van d… Berg."""
    plain = _VAN_DER.sub("van d", folded(typed).strip())
    digits = "".join(sign for sign in plain if sign.isdigit())
    if len(digits) >= _SHORTEST_NUMBER and not any(sign.isalpha() for sign in plain):
        return [digits.removeprefix("0031").removeprefix("31").lstrip("0")]
    return plain.split()[:8]


def says(term: str) -> ColumnElement[bool]:
    """What we know of a contact holds this word, its word in the other language, or one of the words between bars."""
    wanted = either(term)
    return holds_one_of([literal(escaped(one)) for one in (*wanted, *in_other_words(wanted))])


def holds_one_of(wanted: Iterable[ColumnElement[str]]) -> ColumnElement[bool]:
    texts = [col(Contact.search), col(Contact.search_more)]
    return or_(*(text.contains(one, escape=ESCAPE) for one in wanted for text in texts))


def escaped(word: str) -> str:
    """The word with what LIKE would read as any sign at all."""
    for sign in (ESCAPE, "%", "_"):
        word = word.replace(sign, ESCAPE + sign)
    return word


def either(term: str) -> list[str]:
    """The words between bars, of which one is enough; a bar that stands alone is looked for as it is."""
    return [one for one in term.split("|") if one] or [term]
