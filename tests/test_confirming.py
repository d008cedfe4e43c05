"""Is this still right? Asking once a year, what people say of themselves, and the coordinator who decides."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo import clock, links
from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.links import Purpose
from bsoo.mail.models import LeftOut, Letter, Mailing
from bsoo.mail.purposes import MailStop
from bsoo.mail.purposes import Purpose as MailPurpose
from bsoo.regions import Region
from bsoo.registry import queries
from bsoo.registry.keeping import asking, confirming, proposals, trust, worklist
from bsoo.registry.keeping.confirmations import Detail, Proposal
from bsoo.registry.keeping.confirming import Said
from bsoo.registry.keeping.trust import Known, Reason, Trust
from bsoo.registry.models import Address, Affiliation, Contact, Membership
from tests import factories
from tests.conftest import People

TODAY = date(2026, 11, 23)
At = Callable[[datetime], AbstractContextManager[None]]
SignIn = Callable[[Actor], TestClient]


def membership(db: Session, contact: Contact) -> Membership:
    return db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()


def confirmed(db: Session, contact: Contact, on: date | None) -> Contact:
    membership(db, contact).confirmed_on = on
    db.flush()
    return contact


def address(db: Session, contact: Contact) -> Address:
    return db.exec(select(Address).where(Address.contact_id == contact.id, col(Address.is_used))).one()


def as_reader(db: Session, contact: Contact) -> Actor:
    actor = queries.contact_as_actor(db, contact.id)
    assert actor is not None
    return actor


def told(db: Session) -> list[tuple[str, str]]:
    return sorted((one.name, one.to_name) for one in db.exec(select(Letter)))


# --- asking -----------------------------------------------------------------------------------------------------------


def test_asked_is_who_was_not_confirmed_for_a_year_and_can_be_written_to(
    db: Session, people: People, amsterdam: Region
) -> None:
    house = factories.organisation(db, amsterdam)
    factories.contact(db, amsterdam, "Anna Nooit", at=house)
    confirmed(db, factories.contact(db, amsterdam, "Bo Oud", at=house), date(2025, 11, 1))
    confirmed(db, factories.contact(db, amsterdam, "Cas Vers", at=house), date(2026, 1, 1))
    factories.contact(db, amsterdam, "Dirk Weg", at=house, ended_on=date(2026, 1, 1))
    address(db, factories.contact(db, amsterdam, "Els Dood", at=house)).bounced_at = clock.now()
    membership(db, factories.contact(db, amsterdam, "Fem Stop", at=house)).stopped_at = clock.now()
    quiet = factories.contact(db, amsterdam, "Gijs Stil", at=house)
    db.add(MailStop(contact_id=quiet.id, purpose=MailPurpose.CONFIRMATIONS))
    db.flush()

    found = asking.due(db, people.amsterdam, amsterdam.id)

    assert [one.name for one in found] == ["Anna Nooit", "Bo Oud"]


def test_nobody_is_asked_twice_in_a_year_and_reminded_once(
    db: Session, people: People, amsterdam: Region, frozen: At
) -> None:
    factories.contact(db, amsterdam, "Anna Visser")
    bo = factories.contact(db, amsterdam, "Bo Bakker")

    asking.ask(db, people.amsterdam, amsterdam)
    again = asking.ask(db, people.amsterdam, amsterdam)
    confirmed(db, bo, TODAY)
    with frozen(datetime(2026, 12, 8, 9, tzinfo=UTC)):
        reminded = asking.ask_due(db, SYSTEM), asking.ask_due(db, SYSTEM)

    assert (again, reminded) == (None, (1, 0))
    assert told(db) == [
        ("confirm_details", "Anna Visser"),
        ("confirm_details", "Bo Bakker"),
        ("confirm_reminder", "Anna Visser"),
    ]
    assert [one.contact_id for one in asking.due(db, people.amsterdam, amsterdam.id)] == []


def test_a_question_to_many_keeps_who_is_asked_and_who_not_with_the_reason(
    db: Session, people: People, amsterdam: Region, frozen: At
) -> None:
    anna, bo = (factories.contact(db, amsterdam, name) for name in ("Anna Nooit", "Bo Later"))
    fresh, dead, quiet = (factories.contact(db, amsterdam, name) for name in ("Cas Vers", "Els Dood", "Gijs Stil"))
    confirmed(db, fresh, TODAY)
    address(db, dead).bounced_at = clock.now()
    db.add(MailStop(contact_id=quiet.id, purpose=MailPurpose.CONFIRMATIONS))
    db.flush()

    some = asking.ask(db, people.amsterdam, amsterdam, [anna.id])
    all_others = asking.ask(db, people.amsterdam, amsterdam)
    confirmed(db, bo, TODAY)
    with frozen(datetime(2026, 12, 8, 9, tzinfo=UTC)):
        asking.ask_due(db, SYSTEM)
    reminder = db.exec(select(Mailing).where(Mailing.letter == "confirm_reminder")).one()

    never = {dead.id: "no-address", quiet.id: "asks-not"}
    assert some is not None
    assert all_others is not None
    assert left_out(db, some) == never
    assert left_out(db, all_others) == {**never, anna.id: "asked-before", fresh.id: "confirmed"}
    assert left_out(db, reminder) == {bo.id: "confirmed"}
    assert db.exec(select(Letter.why).order_by(col(Letter.name), col(Letter.to_name))).all() == [
        "unconfirmed",
        "unconfirmed",
        "asked",
    ]


def left_out(db: Session, mailing: Mailing) -> dict[UUID | None, str]:
    return dict(db.exec(select(LeftOut.contact_id, LeftOut.why).where(LeftOut.mailing_id == mailing.id)).all())


def test_where_it_is_switched_on_some_are_asked_every_working_day(
    db: Session, people: People, amsterdam: Region, almere: Region, frozen: At
) -> None:
    for number in range(3):
        factories.contact(db, amsterdam, f"Anna Visser {number}")
    factories.contact(db, almere, "Bo Bakker")
    asking.let_run(db, people.amsterdam, amsterdam, automatic=True)

    monday, later = asking.ask_due(db, SYSTEM), asking.a_day(401)
    with frozen(datetime(2026, 11, 28, 9, tzinfo=UTC)):
        saturday = asking.ask_due(db, SYSTEM)

    assert (monday, later, saturday) == (1, 3, 0)


def test_only_who_may_invite_asks(db: Session, people: People, amsterdam: Region) -> None:
    for actor in (people.almere, people.reader):
        with pytest.raises(NotAllowed):
            asking.ask(db, actor, amsterdam)


# --- what they say ----------------------------------------------------------------------------------------------------


def said(**changed: str) -> Said:
    facts = {"name": "Samira El Idrissi", "role": "coördinator", "organisation": "De Kade"}
    return Said(**{**facts, **changed})


@pytest.fixture
def samira(db: Session, amsterdam: Region) -> Contact:
    return factories.contact(db, amsterdam, at=factories.organisation(db, amsterdam, "De Kade"))


def waiting(db: Session, contact: Contact) -> list[tuple[Detail, str, str]]:
    found = db.exec(select(Proposal).where(Proposal.contact_id == contact.id, col(Proposal.decided_at).is_(None)))
    return sorted((one.field, one.before, one.after) for one in found)


def test_what_somebody_says_changes_nothing_until_a_coordinator_decides(db: Session, samira: Contact) -> None:
    different = confirming.propose(db, as_reader(db, samira), said(role="directeur", phone="06 12345678"))

    assert different == [Detail.ROLE, Detail.PHONE]
    assert waiting(db, samira) == [(Detail.PHONE, "", "+31612345678"), (Detail.ROLE, "coördinator", "directeur")]
    assert (samira.phone, confirming.own_details(db, as_reader(db, samira))[Detail.ROLE]) == ("", "coördinator")


def test_saying_it_again_takes_the_place_of_what_was_said(db: Session, samira: Contact) -> None:
    reader = as_reader(db, samira)

    confirming.propose(db, reader, said(role="directeur", phone="0612345678"))
    confirming.propose(db, reader, said(role="bestuurder"))

    assert waiting(db, samira) == [(Detail.ROLE, "coördinator", "bestuurder")]


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        (Detail.NAME, {"name": "Samira van der Berg"}),
        (Detail.ROLE, {"role": "directeur"}),
        (Detail.DEPARTMENT, {"department": "Opvang"}),
        (Detail.ORGANISATION, {"organisation": "De Wilg"}),
        (Detail.EMAIL, {"email": "samira@wilg.example"}),
        (Detail.PHONE, {"phone": "020 1234567"}),
    ],
)
def test_a_change_that_is_taken_over_can_be_taken_back(
    db: Session, people: People, samira: Contact, field: Detail, changed: dict[str, str]
) -> None:
    reader = as_reader(db, samira)
    before = confirming.own_details(db, reader)
    seats = len(db.exec(select(Affiliation).where(Affiliation.contact_id == samira.id)).all())
    confirming.propose(db, reader, said(**changed))
    one = db.exec(select(Proposal)).one()

    proposals.accept(db, people.amsterdam, one)
    after = confirming.own_details(db, reader)
    proposals.ask_again(db, people.amsterdam, one)

    assert {name for name in Detail if before[name] != after[name]} - {Detail.ROLE, Detail.DEPARTMENT} <= {field}
    assert after[field] == one.after
    assert confirming.own_details(db, reader) == before
    assert len(db.exec(select(Affiliation).where(Affiliation.contact_id == samira.id)).all()) == seats
    assert waiting(db, samira) == [(field, before[field], after[field])]


def test_a_detail_that_was_changed_meanwhile_is_not_overwritten(db: Session, people: People, samira: Contact) -> None:
    confirming.propose(db, as_reader(db, samira), said(phone="0612345678"))
    samira.phone = "+31201234567"
    db.flush()

    with pytest.raises(Refused):
        proposals.accept(db, people.amsterdam, db.exec(select(Proposal)).one())

    assert samira.phone == "+31201234567"


def test_nobody_of_another_region_decides(db: Session, people: People, samira: Contact) -> None:
    confirming.propose(db, as_reader(db, samira), said(role="directeur"))

    with pytest.raises(NotFound):
        proposals.accept(db, people.almere, db.exec(select(Proposal)).one())

    assert waiting(db, samira) == [(Detail.ROLE, "coördinator", "directeur")]


# --- how far a record can be trusted, and the work list ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "why", "level"),
    [
        (Known(confirmed_on=TODAY), [], Trust.GOOD),
        (Known(confirmed_on=TODAY, has_phone=False, is_shared=True), [], Trust.GOOD),
        (Known(confirmed_on=TODAY - timedelta(days=400)), [Reason.STALE], Trust.GOOD),
        (Known(confirmed_on=None, is_silent=True), [Reason.NEVER, Reason.SILENT], Trust.LOOK),
        (Known(confirmed_on=None, is_no_show=True), [Reason.NEVER, Reason.NO_SHOW], Trust.LOOK),
        (Known(confirmed_on=TODAY - timedelta(days=800)), [Reason.LONG_AGO], Trust.LOOK),
        (Known(confirmed_on=TODAY, has_bounced=True), [Reason.BOUNCED], Trust.LOOK),
        (Known(confirmed_on=None, has_bounced=True), [Reason.BOUNCED, Reason.NEVER], Trust.POOR),
        (Known(confirmed_on=TODAY, says_left=True), [Reason.SAYS_LEFT], Trust.POOR),
        (
            Known(confirmed_on=TODAY, has_organisation=False, has_role=False, has_phone=False),
            [Reason.NO_ORGANISATION, Reason.NO_PHONE],
            Trust.GOOD,
        ),
    ],
)
def test_the_reasons_say_how_far_a_record_can_be_trusted(known: Known, why: list[Reason], level: Trust) -> None:
    found = trust.reasons(known, TODAY)

    assert (list(found), trust.trust(found)) == (why, level)


def test_the_work_list_gets_shorter(db: Session, people: People, amsterdam: Region, almere: Region) -> None:
    house = factories.organisation(db, amsterdam)
    fine = confirmed(db, factories.contact(db, amsterdam, "Anna Goed", at=house), TODAY)
    old = confirmed(db, factories.contact(db, amsterdam, "Bo Oud", at=house), date(2025, 1, 1))
    dead = confirmed(db, factories.contact(db, amsterdam, "Cas Dood", at=house), TODAY)
    address(db, dead).bounced_at = clock.now()
    gone = confirmed(db, factories.contact(db, amsterdam, "Dirk Vertrekt", at=house), TODAY)
    confirming.say_left(db, as_reader(db, gone), on=TODAY)
    factories.contact(db, amsterdam, "Els Weg", at=house, ended_on=date(2026, 1, 1))
    factories.contact(db, almere, "Fem Elders")
    db.flush()

    def names(actor: Actor) -> list[str]:
        found = worklist.work(db, actor, [amsterdam.id, almere.id])
        assert found.total == len(found.lines)
        return [line.name for line in found.lines]

    before = names(people.amsterdam)
    confirmed(db, old, TODAY)
    proposals.settle_left(db, people.amsterdam, gone.id)

    assert before == ["Dirk Vertrekt", "Cas Dood", "Bo Oud"]
    assert names(people.amsterdam) == ["Cas Dood"]
    assert (names(people.almere), fine.display_name) == (["Fem Elders"], "Anna Goed")


# --- the pages --------------------------------------------------------------------------------------------------------


def test_from_the_mail_to_the_coordinator(
    db: Session, people: People, samira: Contact, client: TestClient, signed_in: SignIn
) -> None:
    token = links.token_for(db, Purpose.OWN_PAGE, samira.id, samira.id)
    db.commit()
    page = f"/mijn/{token}/gegevens"

    shown = client.get(page).text
    wrong = client.post(page, data={"naam": "Samira", "email": "geen adres"})
    sent = client.post(page, data={"naam": "Samira El Idrissi", "organisatie": "De Kade", "functie": "directeur"})
    thanks = client.get(sent.headers["location"]).text
    left = client.post(
        f"{page}/weg", data={"sinds": "2026-11-01", "opvolger": "Bo Bakker", "opvolger_email": "bo@kade.example"}
    )

    staff = signed_in(people.amsterdam)
    listed = staff.get("/netwerk/klopt").text
    contact = staff.get(f"/netwerk/contacten/{samira.id}").text
    one = db.exec(select(Proposal)).one()
    taken = staff.post(f"/netwerk/contacten/{samira.id}/voorstellen/{one.id}", data={"besluit": "over"})
    seat = db.exec(select(Affiliation).where(Affiliation.contact_id == samira.id)).one()
    leaving = staff.get(f"/netwerk/contacten/{samira.id}/functies/{seat.id}/einde?melding=ja").text

    assert ("samira" in shown, wrong.status_code, left.status_code) == (False, 422, 303)
    assert "Dank u, we geven het door" in thanks
    assert "stelt een wijziging voor" in listed
    assert ("directeur" in contact, taken.status_code, 'value="Bo Bakker"' in leaving) == (True, 303, True)


def test_working_through_the_list_on_the_pages(
    db: Session, people: People, amsterdam: Region, samira: Contact, signed_in: SignIn
) -> None:
    db.commit()
    staff = signed_in(people.amsterdam)
    back = "/netwerk/klopt?bij=0"

    preview = staff.get("/netwerk/klopt/vraag/amsterdam").text
    asked = staff.post(f"/netwerk/contacten/{samira.id}/vraag/amsterdam", data={"terug": back})
    right = staff.post(f"/netwerk/contacten/{samira.id}/bevestigd/amsterdam", data={"terug": back})
    empty = staff.get("/netwerk/klopt").text
    staff.post(f"/netwerk/contacten/{samira.id}/bevestigd/amsterdam/terug?was=2024-05-06")
    staff.post("/netwerk/klopt/vanzelf/amsterdam", data={"vanzelf": "ja"})

    db.expire_all()
    assert "Samira El Idrissi" in preview
    assert (asked.headers["location"], right.headers["location"]) == (back, back)
    assert "Alles klopt, voor zover we weten" in empty
    assert membership(db, samira).confirmed_on == date(2024, 5, 6)
    assert asking.is_automatic(db, people.amsterdam, amsterdam.id) is True
