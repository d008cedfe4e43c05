"""Words of a list become ours: known, chosen, remembered, and never lost."""

import pytest
from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.errors import Refused
from bsoo.regions import Region
from bsoo.registry.imports import deciding, importing, undoing, uploads, verdicts
from bsoo.registry.imports.changes import Verdict
from bsoo.registry.models import Contact, Membership, Organisation, Sector, Upload
from tests.conftest import People
from tests.invited import SignIn
from tests.lists import text_of

HEAD = ["Organisatie", "Soort", "Naam", "E-mail", "Plaats", "Thema's", "Taal", "Uitnodigen"]
LIST = [
    HEAD,
    ["De Kade", "opvang", "Femke de Vries", "femke@kade.example", "A'dam", "onderdak; huiskamer", "nl", "ja"],
    ["De Sluis", "dagloket", "Lars Bos", "lars@sluis.example", "Amsterdam", "huiskamer", "Frans", "soms"],
]


def kept(db: Session, region: Region, rows: list[list[str]] = LIST) -> Upload:
    return uploads.keep_upload(db, SYSTEM, region, text_of(rows).encode(), "lijst.csv")


def imported(db: Session, upload: Upload) -> importing.Plan:
    planned = uploads.planned_again(db, SYSTEM, upload)
    importing.apply(db, SYSTEM, planned, upload)
    return planned


def house(db: Session, name: str) -> Organisation:
    return db.exec(select(Organisation).where(Organisation.name == name)).one()


def person(db: Session, name: str) -> Contact:
    return db.exec(select(Contact).where(Contact.display_name == name)).one()


def test_words_that_nobody_knows_come_first_with_how_often_they_are_there(db: Session, amsterdam: Region) -> None:
    found = uploads.planned_again(db, SYSTEM, kept(db, amsterdam)).found.words

    unknown = [(word.meaning.value, word.said, word.count) for word in found if word.is_unknown]
    assert unknown == [
        ("themes", "huiskamer", 2),
        ("language", "Frans", 1),
        ("sector", "dagloket", 1),
        ("invited", "soms", 1),
    ]


def test_a_town_gets_the_name_that_it_has(db: Session, amsterdam: Region) -> None:
    imported(db, kept(db, amsterdam))

    assert house(db, "De Kade").place == "Amsterdam"


def test_what_nobody_knows_is_kept_in_the_notes(db: Session, amsterdam: Region) -> None:
    imported(db, kept(db, amsterdam))

    assert house(db, "De Sluis").notes == ("In de lijst, soort organisatie: dagloket\nIn de lijst, thema’s: huiskamer")
    assert person(db, "Lars Bos").notes == "In de lijst, taal: Frans\nIn de lijst, uitnodigen (ja of nee): soms"
    assert house(db, "De Kade").notes == "In de lijst, thema’s: huiskamer"
    assert person(db, "Femke de Vries").notes == ""


def test_what_somebody_chose_goes_in_and_what_is_left_out_is_not_kept(db: Session, amsterdam: Region) -> None:
    upload = kept(db, amsterdam)
    chosen = {"themes:huiskamer": "onderdak", "sector:dagloket": "shelter", "language:frans": "-", "invited:soms": "no"}

    deciding.choose_words(db, SYSTEM, upload, chosen)
    imported(db, upload)

    sluis, lars = house(db, "De Sluis"), person(db, "Lars Bos")
    membership = db.exec(select(Membership).where(Membership.contact_id == lars.id)).one()
    assert (sluis.sector, sluis.themes, sluis.notes) == (Sector.SHELTER, ["onderdak"], "")
    assert (lars.language, lars.notes, membership.invited) == ("nl", "", False)


def test_a_word_that_we_know_can_become_another(db: Session, amsterdam: Region) -> None:
    upload = kept(db, amsterdam)

    deciding.choose_words(db, SYSTEM, upload, {"sector:opvang": "care", "city:a'dam": "Almere"})
    imported(db, upload)

    assert (house(db, "De Kade").sector, house(db, "De Kade").place) == (Sector.CARE, "Almere")


def test_the_next_list_of_this_layout_begins_with_the_words_that_were_chosen(db: Session, amsterdam: Region) -> None:
    upload = kept(db, amsterdam)
    deciding.choose_words(db, SYSTEM, upload, {"themes:huiskamer": "onderdak"})
    imported(db, upload)

    another = kept(db, amsterdam, [HEAD, ["Noord", "opvang", "An Vis", "an@noord.example", "", "Huiskamer", "", ""]])
    imported(db, another)

    assert house(db, "Noord").themes == ["onderdak"]


def test_the_same_list_twice_changes_nothing_and_a_note_that_was_emptied_stays_empty(
    db: Session, amsterdam: Region
) -> None:
    imported(db, kept(db, amsterdam))
    house(db, "De Sluis").notes = ""
    person(db, "Lars Bos").notes = ""
    db.flush()

    again = imported(db, kept(db, amsterdam))

    assert again.verdicts["unchanged"] == 2
    assert (house(db, "De Sluis").notes, person(db, "Lars Bos").notes) == ("", "")


def test_a_new_unknown_word_goes_below_what_was_noted_and_is_told(db: Session, amsterdam: Region) -> None:
    imported(db, kept(db, amsterdam))
    house(db, "De Sluis").notes = "Belt liever."
    db.flush()
    rows = [HEAD, ["De Sluis", "", "Lars Bos", "lars@sluis.example", "", "tuin", "Pools", ""]]

    planned = imported(db, kept(db, amsterdam, rows))

    assert [(each.field, each.after) for each in planned.judged[0].differences] == [
        ("notes", "tuin"),
        ("notes", "Pools"),
    ]
    assert house(db, "De Sluis").notes == "Belt liever.\nIn de lijst, thema’s: tuin"


def test_taking_the_import_back_takes_the_notes_back(db: Session, amsterdam: Region) -> None:
    imported(db, kept(db, amsterdam))
    before = (house(db, "De Sluis").notes, person(db, "Lars Bos").notes)
    second = kept(db, amsterdam, [HEAD, ["De Sluis", "", "Lars Bos", "lars@sluis.example", "", "tuin", "Pools", ""]])
    imported(db, second)

    undoing.undo(db, SYSTEM, second)

    assert (house(db, "De Sluis").notes, person(db, "Lars Bos").notes) == before


@pytest.mark.parametrize("chosen", [{"sector:dagloket": "kasteel"}, {"name:femke": "care"}, {"invited:soms": "soms"}])
def test_a_word_cannot_become_what_we_do_not_have(db: Session, amsterdam: Region, chosen: dict[str, str]) -> None:
    upload = kept(db, amsterdam)

    with pytest.raises(Refused):
        deciding.choose_words(db, SYSTEM, upload, chosen)


def test_words_are_asked_about_between_the_columns_and_the_rows(db: Session, people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)
    sent = client.post(
        "/netwerk/import", data={"region": "amsterdam"}, files={"file": ("lijst.csv", text_of(LIST).encode())}
    )

    page = sent.headers["location"]
    shown = client.get(page)
    chosen = {"woord": ["themes:huiskamer", "sector:dagloket"], "wordt": ["onderdak", ""]}
    review = client.post(page, data=chosen)

    assert page.endswith("/woorden")
    assert "4 woorden in lijst.csv kennen we nog niet" in shown.text
    assert review.headers["location"] == page.removesuffix("/woorden")
    assert db.exec(select(Upload.words)).one() == {"themes:huiskamer": "onderdak"}


# --- the regions that rows belong to ----------------------------------------------------------------------------------

OF_REGIONS = [
    ["Organisatie", "Naam", "E-mail", "Regio"],
    ["De Kade", "Femke de Vries", "femke@kade.example", "A'dam"],
    ["De Sluis", "Lars Bos", "lars@sluis.example", "Almere Stad"],
    ["De Brug", "Samira Said", "samira@brug.example", "Adam"],
    ["De Werf", "Niels Visser", "niels@werf.example", "Noordvleugel"],
    ["De Hoek", "Ria Smit", "ria@hoek.example", ""],
]


def test_rows_of_another_region_of_ours_are_left_out_and_told_so(db: Session, amsterdam: Region) -> None:
    planned = imported(db, kept(db, amsterdam, OF_REGIONS))

    left = [each for each in planned.judged if each.verdict is Verdict.LEFT_OUT]
    assert [verdicts.reason(each) for each in left] == ["Deze rij hoort bij Almere. Importeer de lijst daar ook."]
    assert sorted(db.exec(select(Contact.display_name))) == [
        "Femke de Vries",
        "Niels Visser",
        "Ria Smit",
        "Samira Said",
    ]
    assert house(db, "De Werf").notes == "In de lijst, regio: Noordvleugel"


def test_what_a_word_for_a_region_means_is_remembered_for_the_next_list(db: Session, amsterdam: Region) -> None:
    first = kept(db, amsterdam, OF_REGIONS)
    deciding.choose_words(db, SYSTEM, first, {"region:noordvleugel": "Rotterdam", "region:almere stad": "Amsterdam"})
    imported(db, first)
    first.applied_at = clock.now()
    db.flush()

    again = uploads.planned_again(db, SYSTEM, kept(db, amsterdam, OF_REGIONS))

    assert {each.row.region_said: each.row.elsewhere for each in again.judged if each.row.elsewhere} == {
        "Noordvleugel": "Rotterdam"
    }
    with pytest.raises(Refused):
        deciding.choose_words(db, SYSTEM, kept(db, amsterdam, OF_REGIONS), {"region:noordvleugel": "Nergens"})
