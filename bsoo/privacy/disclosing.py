"""To see what is kept (AVG article 15): everything about one person, to read and for machines."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access import queries as access
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.house import house
from bsoo.i18n import gettext as _
from bsoo.i18n import language
from bsoo.logbook import LogEntry, note
from bsoo.mail.models import Mailing
from bsoo.mail.rendering import render
from bsoo.mail.words import LETTER_WORDS
from bsoo.meetings.models import Meeting
from bsoo.privacy import codes
from bsoo.privacy.map import CONTACT
from bsoo.privacy.places import Place
from bsoo.privacy.reaching import Held, Person, Row, contact_as_person, reached, staff_as_person
from bsoo.privacy.staff_map import STAFF
from bsoo.privacy.words import label, shown
from bsoo.publications.document import Document, Part
from bsoo.regions import Region
from bsoo.registry import queries, timeline
from bsoo.registry.consents import ConsentText
from bsoo.registry.doubles.both import region_of, require_everywhere
from bsoo.registry.models import Contact, Organisation
from bsoo.registry.rows import columns
from bsoo.signals.models import Theme

_TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{32,64}(?![A-Za-z0-9_-])")
"""The secret part of an address; whoever reads the export must not be able to open anything with it."""

Fact = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """One kind of data: a card of facts for each row."""

    title: str
    cards: tuple[tuple[Fact, ...], ...]


@dataclass(frozen=True)
class Dossier:
    """All that is kept about somebody."""

    name: str
    made_at: datetime
    sections: tuple[Section, ...]
    tables: tuple[dict[str, object], ...]

    def as_json(self) -> bytes:
        content = {"about": self.name, "made_at": self.made_at.isoformat(), "tables": self.tables}
        return json.dumps(content, ensure_ascii=False, indent=2).encode()

    def as_document(self) -> Document:
        """The same for paper."""
        parts: list[Part] = []
        for section in self.sections:
            parts.append(Part("heading", section.title, anchor=f"s{len(parts)}"))
            parts += [Part("table", columns=(_("What"), _("What we keep")), rows=card) for card in section.cards]
        return Document(_("What we keep about %(name)s", name=self.name), "AVG", explanation(), tuple(parts))


def explanation() -> str:
    return _("All that our system holds about one person, at the moment of asking. Secret parts of links are left out.")


def of_contact(db: Session, actor: Actor, contact_id: UUID) -> Dossier:
    """Everything about a contact; it is noted who took it out. The actor edits in every region of theirs."""
    contact = queries.contact(db, actor, contact_id)
    require_everywhere(db, actor, Contact, [contact.id])
    region_id = region_of(db, actor, Contact, contact.id)
    made = _dossier(db, actor, contact_as_person(db, actor, contact), CONTACT)
    note(db, actor, "contact.disclosed", contact, region_id)
    db.flush()
    return made


def of_staff(db: Session, actor: Actor, user_id: UUID) -> Dossier:
    """Everything about a member of staff, for an administrator."""
    require(actor, Permission.ADMINISTER)
    user = access.user(db, actor, user_id)
    made = _dossier(db, actor, staff_as_person(db, actor, user), STAFF)
    note(db, actor, "user.disclosed", user)
    db.flush()
    return made


# --- parts of the above -----------------------------------------------------------------------------------------------


def _dossier(db: Session, actor: Actor, person: Person, places: Iterable[Place]) -> Dossier:
    names = _names(db)
    held = [one for one in reached(db, actor, person, places) if one.rows]
    letters = {row["id"]: row for one in held if one.place.table == "letter" for row in one.rows}
    sections = [Section(_(one.place.title), tuple(_cards(one, letters, names))) for one in held]
    tables: list[dict[str, object]] = [
        {
            "table": one.place.table,
            "what": _(one.place.title),
            "rows": [_plain({**_open(row, one.place), **_told(row, one.place, letters, names)}) for row in one.rows],
        }
        for one in held
    ]
    return Dossier(person.name, clock.now(), tuple(section for section in sections if section.cards), tuple(tables))


def _cards(held: Held, letters: Mapping[object, Row], names: Mapping[object, str]) -> Iterable[tuple[Fact, ...]]:
    table = held.place.table
    for row in held.rows:
        of = str(row.get("table_name") or table)
        said = [
            (label(one), shown(of if isinstance(row[one], dict) else table, one, row[one], names))
            for one in held.place.shown
        ]
        if table == "log_entry":
            said = _deed(row, said)
        said += [(label(key), text) for key, text in _told(row, held.place, letters, names).items()]
        card = tuple((word, _TOKEN.sub("…", text)) for word, text in said if text)
        if card:
            yield card


def _told(row: Row, place: Place, letters: Mapping[object, Row], names: Mapping[object, str]) -> dict[str, str]:
    """What a letter said, as its reader got it."""
    letter = letters.get(row.get("letter_id"))
    if place.table != "letter_payload" or letter is None:
        return {}
    facts = row["context"]
    assert isinstance(facts, dict)
    to, region = (str(letter["to_name"]), str(letter["language"])), names.get(letter["region_id"], "")
    made = render(str(letter["name"]), *to, facts, base_url=house().base_url, region=region)
    return {"subject": made.subject, "text": made.text}


def _deed(row: Row, said: list[Fact]) -> list[Fact]:
    """A line of the logbook in words; where the timeline has a sentence for it, that says the facts too."""
    entry = LogEntry.model_validate(dict(row))
    told, facts = codes.deed(entry.verb), dict(said)
    if entry.verb in timeline.VERBS:
        line = timeline.line(entry)
        told = "; ".join([line.text, *(f"{field}: {was or '–'} → {now or '–'}" for field, was, now in line.details)])
        facts.pop(label("facts"), None)
    return [*{**facts, label("verb"): told}.items()]


def _open(row: Row, place: Place) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in place.secret}


def _plain(value: object) -> object:
    """A value as JSON holds it; bytes are files, which only say how long they are."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items() if key != "token"}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if value is None or isinstance(value, bool | int | float):
        return value
    return _TOKEN.sub("…", str(value))


def _names(db: Session) -> dict[object, str]:
    """What ids and codes of other tables are called."""
    names: dict[object, str] = dict(db.exec(select(Region.id, Region.name)).all())
    names |= dict(db.exec(select(Organisation.id, Organisation.name)).all())
    names |= {theme.code: getattr(theme, f"name_{language()}") for theme in db.exec(select(Theme))}
    for text_id, version in db.execute(columns(ConsentText.id, ConsentText.version)):
        names[text_id] = _("version %(version)s", version=version)
    meetings = columns(Meeting.id, Meeting.on, Region.name).join(Region, col(Region.id) == Meeting.region_id)
    names |= {one: f"{region}, {shown('', '', on, {})}" for one, on, region in db.execute(meetings)}
    names |= {one: _(LETTER_WORDS[letter]) for one, letter in db.execute(columns(Mailing.id, Mailing.letter))}
    return names
