"""Names in texts: what people wrote is shown to a person, what the program kept is cleaned without asking."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.i18n import DEFAULT, speaking
from bsoo.mail.models import LetterState
from bsoo.mail.outbox import WAITING
from bsoo.privacy.needles import Needles
from bsoo.privacy.reaching import Person, Row, key_of, table_of
from bsoo.privacy.text_map import FOLLOWS, RECORDED, WRITTEN
from bsoo.publications.document import colophon, document
from bsoo.publications.faces import digest
from bsoo.publications.models import Publication, PublicationFile
from bsoo.publications.pdf import pdf
from bsoo.registry.finding.searching import refresh
from bsoo.registry.models import Contact
from bsoo.registry.rows import columns

_ABOUT_ONE = ("mail_received", "join_request")
"""Notices to a coordinator in the words of one person."""

Handled = Mapping[str, Collection[object]]
"""Per table the keys of rows that go anyway."""


@dataclass(frozen=True, slots=True)
class Find:
    """Somebody may be named in a text that a person wrote."""

    table: str
    key: object
    column: str
    around: str
    is_sure: bool
    """By address, number or whole name; the family name alone may be somebody else's."""

    @property
    def code(self) -> str:
        return f"{self.table}.{self.column}.{self.key}"


def finds(db: Session, actor: Actor, person: Person, going: Handled) -> list[Find]:
    """Every text in which somebody is named, the sure ones first."""
    found = []
    for table, names in WRITTEN.items():
        for row in _texts(db, table, names, going.get(table, ())):
            for name in names:
                sure = person.needles.is_in(row[name])
                if sure or person.needles.is_perhaps_in(row[name]):
                    key = row[key_of(table_of(table)).name]
                    found.append(Find(table, key, name, person.needles.around(row[name]), sure))
    return sorted(found, key=lambda find: not find.is_sure)


def take_out(db: Session, actor: Actor, person: Person, chosen: Collection[Find]) -> None:
    """Take the person out of the texts that somebody chose, and out of what is made of those texts."""
    for find in chosen:
        table = table_of(find.table)
        names = (find.column, *FOLLOWS.get(find.table, ()))
        row = next(_texts(db, find.table, names, (), only=find.key))
        values = {name: person.needles.without(row[name], also_perhaps=True) for name in names}
        if "revision" in table.c:
            values["revision"] = table.c.revision + 1
        db.connection().execute(update(table).where(key_of(table) == find.key).values(values))
        if find.table == "publication":
            _print_again(db, find.key)
    if chosen:
        _search_again(db, person)


def recorded(db: Session, actor: Actor, person: Person, going: Handled) -> dict[str, list[object]]:
    """Per table the rows in whose kept texts somebody is told by address, number or whole name."""
    found: dict[str, list[object]] = {}
    for table, names in RECORDED.items():
        for row in _texts(db, table, names, going.get(table, ())):
            if any(person.needles.is_in(_unfolded(row[name])) for name in names):
                found.setdefault(table, []).append(row[key_of(table_of(table)).name])
    return found


def clean(db: Session, actor: Actor, person: Person, rows: Mapping[str, Collection[object]]) -> None:
    """Take the person out of what the program keeps; what a letter to somebody else said is forgotten early."""
    for name, keys in rows.items():
        table = table_of(name)
        for key in keys:
            if name == "letter_payload" and _is_forgotten(db, key):
                db.connection().execute(delete(table).where(table.c.letter_id == key))
                continue
            row = next(_texts(db, name, RECORDED[name], (), only=key))
            values = {one: _cleaned(person.needles, row[one]) for one in RECORDED[name]}
            if name == "letter_payload":
                values["raw"] = None  # its bytes are made again from the cleaned facts
            db.connection().execute(update(table).where(key_of(table) == key).values(values))


def _search_again(db: Session, person: Person) -> None:
    """Others whose organisation, role or service had this name in it are not found by it any more."""
    told = db.execute(columns(Contact.id, Contact.search, Contact.search_more)).all()
    refresh(db, [one for one, *texts in told if any(map(person.needles.is_perhaps_in, texts))])


def _texts(
    db: Session, name: str, names: tuple[str, ...], going: Collection[object], *, only: object = None
) -> Iterator[Row]:
    table = table_of(name)
    asked = columns(key_of(table), *(table.c[one] for one in names))
    if only is not None:
        asked = asked.where(key_of(table) == only)
    for row in db.connection().execute(asked).mappings().all():
        if row[key_of(table).name] not in going:
            yield dict(row)


def _unfolded(value: object) -> object:
    """Lines of a calendar are broken after 75 bytes (RFC 5545, 3.1), also within a name."""
    return value.replace("\r\n ", "").replace("\n ", "") if isinstance(value, str) else value


def _cleaned(needles: Needles, value: object) -> object:
    """The value as it is, unless somebody is in it: then without them, and without broken lines."""
    return needles.without(_unfolded(value)) if needles.is_in(_unfolded(value)) else value


def _is_forgotten(db: Session, letter_id: object) -> bool:
    """Whether what a letter said can go: it was sent, or it is all about this person and need not be sent."""
    letter = table_of("letter")
    name, state = db.connection().execute(columns(letter.c.name, letter.c.state).where(letter.c.id == letter_id)).one()
    if name in _ABOUT_ONE:
        stop = update(letter).where(letter.c.id == letter_id, letter.c.state.in_([*WAITING]))
        db.connection().execute(stop.values(state=LetterState.CANCELLED))
        return True
    return state not in WAITING


def _print_again(db: Session, key: object) -> None:
    """The check sum and the PDF of a publication follow its text."""
    db.expire_all()
    made = db.get_one(Publication, key)
    made.digest = digest(made.content)
    with speaking(DEFAULT):
        file = db.get(PublicationFile, made.id)
        if file is not None:
            file.content = pdf(document(made.content), colophon(made.version, made.published_at, made.digest))
    db.flush()
