"""What somebody reads of themselves is said in words, in both languages; machines get the codes."""

import json

import pytest
from sqlmodel import Session

from bsoo import i18n, tables
from bsoo.access.actor import SYSTEM
from bsoo.db import Stored
from bsoo.logbook import note
from bsoo.meetings import inviting
from bsoo.privacy import codes, disclosing
from bsoo.privacy.disclosing import Dossier
from bsoo.privacy.map import CONTACT
from bsoo.privacy.staff_map import STAFF
from bsoo.privacy.words import shown
from bsoo.regions import Region
from bsoo.registry.models import Contact
from tests import factories


def said(found: Dossier) -> str:
    return "\n".join(text for section in found.sections for card in section.cards for _word, text in card)


@pytest.mark.once
def test_every_code_that_a_dossier_shows_means_something() -> None:
    """What a column holds as one of a few codes has a word for each of them."""
    walked = 0
    for place in (*CONTACT, *STAFF):
        for name in place.shown:
            kind = tables.metadata.tables[place.table].c[name].type
            if isinstance(kind, Stored):
                walked += 1
                without = [str(code) for code in kind.kind if not codes.meaning(place.table, name, str(code))]
                assert without == [], (place.table, name)

    assert walked >= 15, "the walk itself is broken"


@pytest.mark.once
def test_what_a_row_was_is_told_by_its_columns_and_without_what_only_the_program_knows() -> None:
    was = {"language": "nl", "phone": "+31612345678", "revision": 3, "search": "anna"}

    with i18n.speaking("nl"):
        dutch = shown("contact", "before", was, {})
    with i18n.speaking("en"):
        english = shown("contact", "before", was, {})

    assert dutch == "Taal: Nederlands, Telefoon: +31612345678"
    assert english == "Language: Dutch, Telephone: +31612345678"


@pytest.mark.once
def test_a_deed_without_a_sentence_of_its_own_is_told_as_whom_and_what() -> None:
    with i18n.speaking("nl"):
        told = [codes.deed(verb) for verb in ("meeting.planned", "user.granted", "something.new-here")]

    assert told == ["een overleg: gepland", "een medewerker: kreeg een rol", "something: new here"]


@pytest.fixture
def invited(db: Session, amsterdam: Region) -> Contact:
    contact = factories.contact(db, amsterdam, at=factories.organisation(db, amsterdam))
    inviting.invite(db, SYSTEM, amsterdam, factories.meeting(db, amsterdam))
    note(db, SYSTEM, "contact.changed", contact, amsterdam.id, fields="phone, role")
    return contact


def test_a_letter_says_what_its_reader_got_from_their_region(db: Session, invited: Contact) -> None:
    found = disclosing.of_contact(db, SYSTEM, invited.id)

    letters = next(table for table in found.tables if table["table"] == "letter_payload")
    assert "overleg Amsterdam" in json.dumps(letters["rows"])
    assert "overleg BSOO" not in said(found)


def test_the_page_says_words_and_the_file_for_machines_keeps_codes(db: Session, invited: Contact) -> None:
    with i18n.speaking("en"):
        page = said(disclosing.of_contact(db, SYSTEM, invited.id))
    with i18n.speaking("nl"):
        found = disclosing.of_contact(db, SYSTEM, invited.id)

    rows = {table["table"]: table["rows"] for table in found.tables}
    assert "Changed: Telephone, Position" in page or "Changed: telephone, position" in page
    assert ("Nederlands" in said(found), "silent" in said(found), "contact.changed" in said(found)) == (
        True,
        False,
        False,
    )
    assert '"silent"' in json.dumps(rows["invitation"])
