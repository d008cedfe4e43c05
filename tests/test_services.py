"""Services on the social map: what staff may write down, what nobody may read in it, and when to look again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bsoo import clock, i18n
from bsoo.access.actor import PUBLIC
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.logbook import LogEntry
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.services import actions, hours, queries
from bsoo.services.facts import Facts
from bsoo.services.hours import Span
from bsoo.services.models import Service, Standing, Where
from bsoo.signals.guarding import PersonalData
from tests.conftest import People
from tests.factories import contact, organisation

NIGHTS = Facts(
    name_nl="Nachtopvang",
    name_en="Night shelter",
    description_nl="Een bed, een maaltijd en een douche. Een pas is niet nodig.",
    description_en="A bed, a meal and a shower. No card is needed.",
    theme="onderdak",
    groups=["families", "elderly", "unknown"],
    languages=["ti", "nl", "xx"],
    hours="dagelijks 20-8",
    note_nl="Bel voor 17.00 uur.",
    note_en="Call before 17:00.",
    found_at=Where.VISIT,
    street="Wilgenpad 12",
    postcode="1012ab",
    place="Amsterdam",
    phone="020 123 4567",
    email="nachtopvang@kade.example.org",
    website="www.kade.example.org",
    is_public=True,
)


def but(**changes: Any) -> Facts:  # Any: a value of any field
    fields = {name: getattr(NIGHTS, name) for name in Facts.__slots__}
    return Facts(**{**fields, **changes})


@pytest.fixture
def kade(db: Session, amsterdam: Region) -> Organisation:
    return organisation(db, amsterdam)


@pytest.fixture
def nights(db: Session, people: People, kade: Organisation, amsterdam: Region) -> Service:
    return actions.add(db, people.amsterdam, kade, amsterdam.id, NIGHTS)


# --- hours ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ma-vr 9-17", ["ma-vr 9.00-17.00"]),
        ("ma t/m vr: 9.00 - 17.00 uur\nza 10-13.30, 14.30-17", ["ma-vr 9.00-17.00", "za 10.00-13.30, 14.30-17.00"]),
        ("Maandag, woensdag en vrijdag van 9:00 tot 12:00.", ["ma, wo, vr 9.00-12.00"]),
        ("Mon-Wed 9:00-12:00\nSat 9:00-12:00", ["ma-wo, za 9.00-12.00"]),
        ("dagelijks 20-8", ["ma-zo 20.00-8.00"]),
        ("weekend 0.00-24.00", ["za, zo 0.00-24.00"]),
        ("za t/m ma 10-11", ["ma, za, zo 10.00-11.00"]),
        ("", []),
    ],
)
def test_hours_are_understood_as_people_type_them(typed: str, shown: list[str]) -> None:
    spans = hours.parsed(typed)

    assert hours.shown(spans) == shown
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            assert hours.parsed("\n".join(hours.shown(spans))) == spans


@pytest.mark.once
@pytest.mark.parametrize("typed", ["op afspraak", "ma", "9-17", "ma 9", "xx 9-17", "ma 25-26", "ma 9-9", "ma 9.70-10"])
def test_hours_that_are_not_clear_are_asked_again(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        hours.parsed(f"di 9-17\n{typed}")

    assert refusal.value.errors["hours"].startswith(f"Deze regel is niet duidelijk: ‘{typed}’.")


@pytest.mark.once
def test_opening_at_night_closes_the_next_morning() -> None:
    assert hours.parsed("vr 20.30-8") == [Span("fr", "20:30", "08:00")]


# --- writing down -----------------------------------------------------------------------------------------------------


def test_a_service_is_kept_in_one_form(nights: Service) -> None:
    assert (nights.postcode, nights.phone, nights.website) == (
        "1012 AB",
        "+31201234567",
        "https://www.kade.example.org",
    )
    assert (nights.groups, nights.languages) == (["families", "elderly"], ["nl", "ti"])
    assert nights.hours[:1] == [["mo", "20:00", "08:00"]]
    assert nights.checked_on == date(2026, 11, 23)


def test_adding_stands_on_the_timeline_of_the_organisation(db: Session, nights: Service, kade: Organisation) -> None:
    entry = db.exec(select(LogEntry).where(LogEntry.verb == "service.added")).one()

    assert (entry.subject_kind, entry.subject_id) == ("organisation", kade.id)
    assert (entry.region_id, entry.facts) == (nights.region_id, {"service": "Nachtopvang"})


def test_a_service_without_an_address_keeps_none(
    db: Session, people: People, kade: Organisation, amsterdam: Region
) -> None:
    made = actions.add(db, people.amsterdam, kade, amsterdam.id, but(found_at=Where.NOWHERE))

    assert (made.street, made.postcode, made.place) == ("", "", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_nl": " "}, "name_nl"),
        ({"description_nl": ""}, "description_nl"),
        ({"theme": "bestaat-niet"}, "theme"),
        ({"street": ""}, "street"),
        ({"place": " "}, "place"),
        ({"hours": "soms"}, "hours"),
        ({"phone": "bel maar"}, "phone"),
        ({"email": "geen adres"}, "email"),
        ({"website": "x y"}, "website"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_at_its_field(
    db: Session, people: People, kade: Organisation, amsterdam: Region, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        actions.add(db, people.amsterdam, kade, amsterdam.id, but(**changes))

    assert list(refusal.value.errors) == [field]


def test_an_internal_service_needs_no_description(
    db: Session, people: People, kade: Organisation, amsterdam: Region
) -> None:
    made = actions.add(db, people.amsterdam, kade, amsterdam.id, but(is_public=False, description_nl=""))

    assert made.description_nl == ""


def test_a_region_where_the_organisation_does_not_work_is_refused(
    db: Session, people: People, kade: Organisation, almere: Region
) -> None:
    with pytest.raises(Refused):
        actions.add(db, people.almere, kade, almere.id, NIGHTS)


def test_only_who_may_edit_the_region_writes(
    db: Session, people: People, kade: Organisation, amsterdam: Region, nights: Service
) -> None:
    writes: list[Callable[[Any], object]] = [
        lambda who: actions.add(db, who, kade, amsterdam.id, NIGHTS),
        lambda who: actions.change(db, who, nights, revision=1, facts=NIGHTS),
        lambda who: actions.check(db, who, nights),
        lambda who: actions.take_back_check(db, who, nights, None),
        lambda who: actions.end(db, who, nights),
        lambda who: actions.put_back(db, who, nights),
    ]

    for who in (people.almere, people.reader, people.advocacy, PUBLIC):
        for write in writes:
            with pytest.raises(NotAllowed):
                write(who)


# --- never a person, never a confidential address ---------------------------------------------------------------------


def test_the_address_of_a_person_is_no_contact_for_clients(
    db: Session, people: People, kade: Organisation, amsterdam: Region
) -> None:
    contact(db, amsterdam, "Info Pietersen", at=kade, email="info@kade.example.org")

    for email in ("p.jansen@kade.example.org", "info@kade.example.org"):
        with pytest.raises(Refused) as refusal:
            actions.add(db, people.amsterdam, kade, amsterdam.id, but(email=email))

        assert list(refusal.value.errors) == ["email"]


def test_a_shared_mailbox_in_the_network_is_a_contact_for_clients(
    db: Session, people: People, kade: Organisation, amsterdam: Region
) -> None:
    contact(db, amsterdam, "De Kade", at=kade, email="loket12@kade.example.org").is_role_mailbox = True
    db.flush()

    made = actions.add(db, people.amsterdam, kade, amsterdam.id, but(email="loket12@kade.example.org"))

    assert made.email == "loket12@kade.example.org"


def test_the_number_of_a_person_is_no_contact_for_clients_unless_it_is_the_organisations(
    db: Session, people: People, kade: Organisation, amsterdam: Region
) -> None:
    contact(db, amsterdam, at=kade).phone = "+31612345678, +31201234567"
    db.flush()

    with pytest.raises(Refused) as refusal:
        actions.add(db, people.amsterdam, kade, amsterdam.id, NIGHTS)
    kade.phone = "+31201234567"

    assert list(refusal.value.errors) == ["phone"]
    assert actions.add(db, people.amsterdam, kade, amsterdam.id, NIGHTS).phone == "+31201234567"


def test_a_public_text_that_points_at_a_person_is_refused_and_an_internal_one_is_not(
    db: Session, people: People, kade: Organisation, amsterdam: Region
) -> None:
    telling = "Vraag naar mevrouw Jansen, 06 12345678."

    with pytest.raises(PersonalData) as refusal:
        actions.add(db, people.amsterdam, kade, amsterdam.id, but(note_nl=telling))
    internal = actions.add(db, people.amsterdam, kade, amsterdam.id, but(note_nl=telling, is_public=False))

    assert list(refusal.value.errors) == ["note_nl"]
    with pytest.raises(PersonalData):
        actions.change(db, people.amsterdam, internal, revision=1, facts=but(note_nl=telling))


def test_a_word_that_staff_say_is_no_name_is_asked_once(
    db: Session, people: People, kade: Organisation, amsterdam: Region
) -> None:
    asked = but(description_nl="Slapen bij Habtom voor wie geen bed heeft.")

    with pytest.raises(PersonalData):
        actions.add(db, people.amsterdam, kade, amsterdam.id, asked)
    made = actions.add(
        db, people.amsterdam, kade, amsterdam.id, but(description_nl=asked.description_nl, not_names=["Habtom"])
    )

    assert made.not_names == ["Habtom"]


@pytest.mark.parametrize("text", ["Ons huis aan het Wilgenpad.", "Postcode 1012 AB.", "postcode 1012ab"])
def test_a_confidential_address_stands_in_no_text_beside_it(
    db: Session, people: People, kade: Organisation, amsterdam: Region, text: str
) -> None:
    secret = but(found_at=Where.CONFIDENTIAL, note_nl=text, is_public=False)

    with pytest.raises(Refused) as refusal:
        actions.add(db, people.amsterdam, kade, amsterdam.id, secret)

    assert list(refusal.value.errors) == ["note_nl"]


# --- changing, checking, ending ---------------------------------------------------------------------------------------


def test_changing_counts_as_a_check(db: Session, people: People, nights: Service, frozen: Callable[..., Any]) -> None:
    before = nights.changed_at

    with frozen(clock.now() + timedelta(days=200)):
        actions.change(db, people.amsterdam, nights, revision=1, facts=but(note_nl="Bel voor 16.00 uur."))

        assert nights.checked_on == clock.today()
    assert (nights.changed_at - before, nights.revision) == (timedelta(days=200), 2)


def test_two_writers_never_overwrite_each_other(db: Session, people: People, nights: Service) -> None:
    actions.change(db, people.amsterdam, nights, revision=1, facts=but(name_nl="Nachthuis"))

    with pytest.raises(Conflict):
        actions.change(db, people.amsterdam, nights, revision=1, facts=NIGHTS)

    assert nights.name_nl == "Nachthuis"


def test_a_check_changes_nothing_that_people_read(
    db: Session, people: People, nights: Service, frozen: Callable[..., Any]
) -> None:
    before = nights.changed_at

    with frozen(clock.now() + timedelta(days=200)):
        actions.check(db, people.amsterdam, nights)

    assert (nights.checked_on, nights.changed_at) == (date(2027, 6, 11), before)


def test_a_check_can_be_taken_back(db: Session, people: People, nights: Service) -> None:
    actions.take_back_check(db, people.amsterdam, nights, date(2026, 1, 5))

    assert nights.checked_on == date(2026, 1, 5)
    with pytest.raises(Refused):
        actions.take_back_check(db, people.amsterdam, nights, date(2026, 11, 24))


def test_an_ended_service_is_on_no_list_until_it_is_put_back(
    db: Session, people: People, nights: Service, kade: Organisation
) -> None:
    actions.end(db, people.amsterdam, nights)
    gone = queries.of_organisation(db, people.amsterdam, kade.id).lines
    actions.put_back(db, people.amsterdam, nights)

    assert gone == []
    assert [line.id for line in queries.of_organisation(db, people.amsterdam, kade.id).lines] == [nights.id]
    assert nights.standing is Standing.RUNNING


# --- lists ------------------------------------------------------------------------------------------------------------


def test_the_work_list_begins_with_what_nobody_ever_checked_and_gets_shorter(
    db: Session, people: People, kade: Organisation, amsterdam: Region
) -> None:
    days = {"Nooit": None, "Oud": date(2026, 5, 1), "Ouder": date(2026, 1, 1), "Vers": date(2026, 9, 1)}
    for name, checked_on in days.items():
        db.add(Service(organisation_id=kade.id, region_id=amsterdam.id, name_nl=name, checked_on=checked_on))
    db.flush()
    wanted = queries.Wanted(look="to-check")

    before = [line.name for line in queries.lines(db, people.amsterdam, wanted).lines]
    actions.check(db, people.amsterdam, db.exec(select(Service).where(Service.name_nl == "Ouder")).one())

    assert before == ["Nooit", "Ouder", "Oud"]
    assert [line.name for line in queries.lines(db, people.amsterdam, wanted).lines] == ["Nooit", "Oud"]
    assert queries.to_check(db, people.amsterdam, None) == 2


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (queries.Wanted(text="shelter"), ["Nachtopvang"]),
        (queries.Wanted(text="kade bed"), ["Nachtopvang"]),
        (queries.Wanted(theme="voedsel"), ["Voedselpakket"]),
        (queries.Wanted(look="public"), ["Nachtopvang"]),
        (queries.Wanted(look="internal"), ["Voedselpakket"]),
        (queries.Wanted(page=7), ["Nachtopvang", "Voedselpakket"]),
        (queries.Wanted(text="%"), []),
    ],
)
def test_services_are_found_by_words_theme_and_look(
    db: Session,
    people: People,
    nights: Service,
    kade: Organisation,
    amsterdam: Region,
    wanted: queries.Wanted,
    found: list[str],
) -> None:
    actions.add(db, people.amsterdam, kade, amsterdam.id, Facts(name_nl="Voedselpakket", theme="voedsel"))

    assert [line.name for line in queries.lines(db, people.reader, wanted).lines] == found


def test_another_region_sees_nothing(db: Session, people: People, nights: Service, kade: Organisation) -> None:
    assert queries.lines(db, people.almere, queries.Wanted()).lines == []
    assert queries.of_organisation(db, people.almere, kade.id).lines == []
    with pytest.raises(NotFound):
        queries.service(db, people.almere, nights.id)


def test_english_readers_see_the_english_name_where_there_is_one(
    db: Session, people: People, nights: Service, kade: Organisation, amsterdam: Region
) -> None:
    actions.add(db, people.amsterdam, kade, amsterdam.id, Facts(name_nl="Voedselpakket"))

    with i18n.speaking("en"):
        names = [line.name for line in queries.lines(db, people.amsterdam, queries.Wanted()).lines]

    assert names == ["Night shelter", "Voedselpakket"]


def test_the_services_of_an_organisation_go_with_it(db: Session, nights: Service, kade: Organisation) -> None:
    db.delete(kade)
    db.flush()

    assert db.exec(select(Service.id).where(col(Service.organisation_id) == kade.id)).all() == []
