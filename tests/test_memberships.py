"""As what somebody takes part in a region: a member, a guest or a past member; in lists, letters, files and merges."""

import csv
import io
from datetime import timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.errors import NotAllowed
from bsoo.exports import taking_out
from bsoo.exports.taking_out import Form
from bsoo.logbook import LogEntry
from bsoo.mail.models import LeftOut, Letter
from bsoo.meetings import audience, inviting, reminding, standing_in
from bsoo.meetings.audience import EVERYBODY, Whom, Why
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation
from bsoo.meetings.readers import readers
from bsoo.publications import letters as publications
from bsoo.publications.letters import Readers
from bsoo.regions import Region
from bsoo.registry import memberships
from bsoo.registry.doubles import merging
from bsoo.registry.finding import listing, many, many_undoing, saved_lists
from bsoo.registry.finding.many_lines import What
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.wanted_as_json import as_json, from_json
from bsoo.registry.imports import importing, undoing
from bsoo.registry.imports.changes import Verdict
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.keeping import asking, worklist
from bsoo.registry.models import Contact, Membership, MemberStatus, Upload
from bsoo.routes.merging import RULES
from tests import factories
from tests.conftest import People
from tests.invited import SignIn
from tests.lists import file_of
from tests.merges import dump, ids_in_order

MEMBER, GUEST, PAST = MemberStatus


def somebody(db: Session, region: Region, name: str, status: MemberStatus, **more: bool) -> Contact:
    made = factories.contact(db, region, name, email=f"{name.split(maxsplit=1)[0].lower()}@kade.example.org", **more)  # type: ignore[arg-type] # invited
    place_of(db, made).status = status
    db.flush()
    return made


def place_of(db: Session, contact: Contact) -> Membership:
    return db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()


@pytest.fixture
def three(db: Session, amsterdam: Region) -> tuple[Contact, Contact, Contact]:
    """A member, a guest and a past member."""
    return (
        somebody(db, amsterdam, "Anna Lid", MEMBER),
        somebody(db, amsterdam, "Bo Gast", GUEST),
        somebody(db, amsterdam, "Cor Vroeger", PAST),
    )


def names(db: Session, people: People, region: Region, group: str) -> list[str]:
    found = listing.People(db, people.amsterdam, Wanted(region_id=region.id, group=group))
    assert found.total == found.counts[group or "here"]
    return [person.name for person in found.people]


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("three")
def test_who_took_part_before_counts_nowhere_and_a_guest_is_not_to_be_invited(
    db: Session, people: People, amsterdam: Region
) -> None:
    somebody(db, amsterdam, "Dora Thuis", MEMBER, invited=False)

    groups = {group: names(db, people, amsterdam, group) for group in ("", "invited", "not-invited", "guest", "past")}

    assert groups == {
        "": ["Bo Gast", "Anna Lid", "Dora Thuis"],
        "invited": ["Anna Lid"],
        "not-invited": ["Dora Thuis"],
        "guest": ["Bo Gast"],
        "past": ["Cor Vroeger"],
    }


def test_who_takes_part_in_one_region_and_no_more_in_another_is_there(
    db: Session, people: People, amsterdam: Region, almere: Region, three: tuple[Contact, ...]
) -> None:
    db.add(Membership(contact_id=three[2].id, region_id=almere.id))
    db.flush()

    here = listing.People(db, people.administrator, Wanted())
    there = listing.People(db, people.administrator, Wanted(region_id=amsterdam.id))

    assert (here.counts["here"], here.counts["past"]) == (3, 0)
    assert (there.counts["here"], there.counts["past"]) == (2, 1)
    assert len(here.people) == 3


@pytest.mark.usefixtures("three")
def test_the_groups_stand_above_the_list_and_are_said_in_a_sentence(
    db: Session, people: People, signed_in: SignIn
) -> None:
    db.commit()
    client = signed_in(people.amsterdam)

    shown = [client.get(f"/netwerk?groep={group}").text for group in ("guest", "past")]

    assert ["Alle gasten" in shown[0], "Iedereen die vroeger meedeed" in shown[1]] == [True, True]
    assert ["Bo Gast" in page for page in shown] == [True, False]


def test_a_saved_list_of_guests_is_read_back(amsterdam: Region) -> None:
    wanted = Wanted(region_id=amsterdam.id, group="guest")

    assert from_json(as_json(wanted), amsterdam.id) == wanted


def test_many_become_guests_at_once_and_are_put_back(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    ids = [one.id for one in three]
    plan = many.plan(db, people.amsterdam, ids, What.STATUS, "guest", amsterdam.id)

    change = many.carry_out(db, people.amsterdam, plan)
    during = [place_of(db, one).status for one in three]
    many_undoing.undo(db, people.amsterdam, change)

    db.expire_all()
    assert (plan.number, during) == (2, [GUEST, GUEST, GUEST])
    assert [place_of(db, one).status for one in three] == [MEMBER, GUEST, PAST]


def test_inviting_many_makes_members_of_them(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    plan = many.plan(db, people.amsterdam, [one.id for one in three], What.INVITE, "", amsterdam.id)

    many.carry_out(db, people.amsterdam, plan)

    assert [(place_of(db, one).status, place_of(db, one).invited) for one in three] == [(MEMBER, True)] * 3


# --- what changes a status --------------------------------------------------------------------------------------------


def test_a_change_of_status_is_noted_and_keeps_whether_somebody_is_invited(
    db: Session, people: People, amsterdam: Region
) -> None:
    place = place_of(db, somebody(db, amsterdam, "Anna Lid", MEMBER, invited=False))

    before = memberships.set_status(db, people.amsterdam, place, GUEST)
    memberships.set_status(db, people.amsterdam, place, before)

    noted = db.exec(select(LogEntry).where(LogEntry.verb == "contact.takes-part")).all()
    assert (before, place.status, place.invited) == (MEMBER, MEMBER, False)
    assert sorted(str(one.facts["now.status"]) for one in noted) == ["guest", "member"]
    assert sorted(str(one.facts["was.status"]) for one in noted) == ["guest", "member"]


def test_nobody_changes_how_people_of_another_region_take_part(db: Session, people: People, amsterdam: Region) -> None:
    place = place_of(db, somebody(db, amsterdam, "Anna Lid", MEMBER))

    with pytest.raises(NotAllowed):
        memberships.set_status(db, people.almere, place, PAST)


@pytest.mark.parametrize(
    ("kept", "lost", "stays"),
    [
        ((GUEST, True), (MEMBER, False), (MEMBER, False)),
        ((MEMBER, False), (MEMBER, True), (MEMBER, True)),
        ((PAST, True), (GUEST, False), (GUEST, False)),
    ],
)
def test_two_records_of_one_person_take_part_as_the_stronger_of_them(
    db: Session,
    amsterdam: Region,
    kept: tuple[MemberStatus, bool],
    lost: tuple[MemberStatus, bool],
    stays: tuple[MemberStatus, bool],
) -> None:
    with ids_in_order():
        one = somebody(db, amsterdam, "Anna Lid", kept[0], invited=kept[1])
        other = somebody(db, amsterdam, "Anne Lid", lost[0], invited=lost[1])
        before = dump(db)

        made = merging.merge_contacts(db, SYSTEM, (one.id, other.id), rules=RULES, chosen={})

        place = place_of(db, one)
        assert (place.status, place.invited) == stays
        merging.undo(db, SYSTEM, made)
        assert dump(db) == before


# --- letters ----------------------------------------------------------------------------------------------------------


def test_a_guest_is_invited_only_when_picked_and_a_past_member_never(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    planned = factories.meeting(db, amsterdam)
    found = audience.audience(db, people.amsterdam, planned)

    everybody = found.choose(EVERYBODY)
    picked = found.choose(Whom(guests=frozenset(one.id for one in three)))

    assert [one.name for one in everybody.people] == ["Anna Lid"]
    assert everybody.left_out == {three[1].id: Why.GUEST, three[2].id: Why.PAST}
    assert [one.name for one in picked.people] == ["Anna Lid", "Bo Gast"]
    assert picked.left_out == {three[2].id: Why.PAST}


def test_a_guest_who_said_stop_is_not_picked_either(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    place_of(db, three[1]).stopped_at = clock.now()
    db.flush()

    chosen = audience.audience(db, people.amsterdam, factories.meeting(db, amsterdam)).choose(
        Whom(guests=frozenset({three[1].id}))
    )

    assert (chosen.why.get(three[1].id), chosen.left_out[three[1].id]) == (None, Why.STOPPED)


def test_what_the_region_sends_to_its_network_goes_to_members(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    held = factories.meeting(db, amsterdam)

    network = publications.readers(db, people.amsterdam, held, Readers.NETWORK)
    asked = asking.due(db, people.amsterdam, amsterdam.id)

    assert [one.name for one in network] == ["Anna Lid"]
    assert [one.name for one in asked] == ["Anna Lid"]
    assert asking.number_of_members(db, people.amsterdam, amsterdam.id) == 1
    assert [line.name for line in worklist.work(db, people.amsterdam, [amsterdam.id]).lines] == ["Anna Lid"]


def test_who_takes_part_no_more_is_not_reminded_but_hears_of_what_they_said_yes_to(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    ahead = factories.meeting(db, amsterdam)
    rows = [factories.invitation(db, ahead, one) for one in three]
    for row in rows:
        row.invited_at = clock.now() - timedelta(days=3)
    db.flush()

    reminded = [one.name for one in reminding.silent(db, people.amsterdam, ahead)]
    rows[2].answer = Answer.ON_SITE
    db.flush()

    coming = readers(db, people.amsterdam, ahead, Invitation.answer == Answer.ON_SITE)  # type: ignore[arg-type] # a column
    assert reminded == ["Bo Gast", "Anna Lid"]
    assert [one.name for one in coming] == ["Cor Vroeger"]


def test_a_colleague_who_comes_instead_is_a_guest(
    db: Session, amsterdam: Region, people: People, three: tuple[Contact, ...]
) -> None:
    ahead = factories.meeting(db, amsterdam)
    asked = factories.invitation(db, ahead, three[0])
    post = Post(db, people.amsterdam, amsterdam, ahead)

    standing_in.invite(post, asked, name="Dora Nieuw", email="dora@kade.example.org")
    standing_in.invite(post, asked, name="Cor Vroeger", email="cor@kade.example.org")

    new = db.exec(select(Contact).where(Contact.display_name == "Dora Nieuw")).one()
    assert [place_of(db, one).status for one in (new, three[2])] == [GUEST, GUEST]


# --- a saved list as the audience -------------------------------------------------------------------------------------


def test_a_saved_list_is_invited_as_it_is_and_every_reason_is_kept(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    english = somebody(db, amsterdam, "Dora English", MEMBER)
    planned = factories.meeting(db, amsterdam)
    wanted = Wanted(region_id=amsterdam.id, languages=("en",))
    kept = saved_lists.keep(db, people.amsterdam, wanted, "Engelstalig", shared=False)
    english.language = three[1].language = "en"
    db.flush()

    whom = audience.of_list(db, people.amsterdam, planned, kept)
    mailing = inviting.invite(db, people.amsterdam, amsterdam, planned, whom=whom)
    english.language = "nl"
    db.flush()

    assert mailing is not None
    letters = [(one.to_name, one.why) for one in frozen_letters(db, mailing.id)]
    assert letters == [("Dora English", "listed")]
    assert frozen_out(db, mailing.id) == {"Anna Lid": "not-listed", "Bo Gast": "guest", "Cor Vroeger": "past"}
    assert db.exec(select(Invitation.reason)).all() == ["op de lijst ‘Engelstalig’"]


def test_a_list_that_asks_for_guests_picks_them(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    planned = factories.meeting(db, amsterdam)
    wanted = Wanted(region_id=amsterdam.id, group="guest")
    kept = saved_lists.keep(db, people.amsterdam, wanted, "Gasten", shared=False)

    whom = audience.of_list(db, people.amsterdam, planned, kept)
    chosen = audience.audience(db, people.amsterdam, planned).choose(whom)

    assert [one.name for one in chosen.people] == ["Bo Gast"]
    assert chosen.left_out[three[0].id] is Why.NOT_LISTED


def test_a_list_and_guests_are_chosen_on_the_page(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...], signed_in: SignIn
) -> None:
    factories.meeting(db, amsterdam)
    kept = saved_lists.keep(db, people.amsterdam, Wanted(region_id=amsterdam.id, text="nergens"), "Leeg", shared=False)
    gone = saved_lists.keep(db, people.amsterdam, Wanted(region_id=amsterdam.id), "Weg", shared=False)
    saved_lists.remove(db, people.amsterdam, gone)
    db.commit()
    client, here = signed_in(people.amsterdam), "/overleggen/amsterdam/2026-4/uitnodigen"

    first = client.get(here).text
    narrowed = client.get(f"{here}?lijst={kept.id}&gast={three[1].id}").text
    refused = client.post(here, data={"lijst": str(gone.id)})
    sent = client.post(here, data={"lijst": str(kept.id), "gast": str(three[1].id)}, follow_redirects=False)

    assert "Verstuur 1 uitnodiging" in first
    assert "Bo Gast" in first
    assert "De lijst ‘Leeg’ telt zoals die is" in narrowed
    assert (refused.status_code, "Deze lijst kan hier niet" in refused.text) == (422, True)
    assert sent.status_code == 303
    assert db.exec(select(Invitation.contact_id)).all() == [three[1].id]


def frozen_letters(db: Session, mailing_id: object) -> list[Letter]:
    return list(db.exec(select(Letter).where(Letter.mailing_id == mailing_id)))


def frozen_out(db: Session, mailing_id: object) -> dict[str, str]:
    rows = db.exec(select(Contact.display_name, LeftOut.why).join(LeftOut).where(LeftOut.mailing_id == mailing_id))
    return dict(rows.all())


# --- files ------------------------------------------------------------------------------------------------------------

LISTED: list[list[object]] = [
    ["Organisatie", "Naam", "E-mail", "Status"],
    ["De Kade", "Anna Lid", "anna@kade.example.org", "Lid"],
    ["De Kade", "Bo Gast", "bo@kade.example.org", "gast"],
    ["De Kade", "Cor Vroeger", "cor@kade.example.org", "oud-lid"],
    ["De Kade", "Dora Weg", "dora@kade.example.org", "uit dienst per 1-9-2026"],
    ["De Kade", "Ed Leeg", "ed@kade.example.org", ""],
]


def test_a_list_says_as_what_people_take_part_and_its_import_is_undone(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    """What was made a guest here is not undone by a list without asking; a list is the first to say who is one."""
    for contact, status in zip(three, (GUEST, MEMBER, MEMBER), strict=True):
        place_of(db, contact).status = status
    db.flush()
    plan = importing.plan(db, people.amsterdam, amsterdam, file_of(LISTED), "lijst.xlsx")
    columns = {column.header: column.meaning for column in plan.found.tables[0].layout.columns}

    upload: Upload = importing.apply(db, people.amsterdam, plan)

    statuses = select(Contact.display_name, Membership.status).join(Membership)
    after = dict(db.exec(statuses).all())
    again = importing.plan(db, people.amsterdam, amsterdam, file_of(LISTED), "lijst.xlsx")
    undoing.undo(db, people.amsterdam, upload)
    assert columns["Status"] is Meaning.STATUS
    assert [one.verdict for one in plan.judged][:3] == [Verdict.CLASH, Verdict.CHANGED, Verdict.CHANGED]
    assert after == {
        "Anna Lid": GUEST,
        "Bo Gast": GUEST,
        "Cor Vroeger": PAST,
        "Dora Weg": MEMBER,
        "Ed Leeg": MEMBER,
    }
    assert again.would_write == 0
    assert dict(db.exec(statuses).all()) == {"Anna Lid": GUEST, "Bo Gast": MEMBER, "Cor Vroeger": MEMBER}


def test_a_column_called_status_may_also_hold_remarks(db: Session, people: People, amsterdam: Region) -> None:
    rows = [
        LISTED[0],
        *([*row[:3], said] for row, said in zip(LISTED[1:], ["belt vaak", "", "nieuw", "", "ziek"], strict=True)),
    ]

    plan = importing.plan(db, people.amsterdam, amsterdam, file_of(rows), "lijst.xlsx")

    assert [column.meaning for column in plan.found.tables[0].layout.columns][3] is Meaning.REMARKS


@pytest.mark.usefixtures("three")
def test_an_export_says_as_what_and_its_import_changes_nothing(db: Session, people: People, amsterdam: Region) -> None:
    taken = [
        one
        for group in ("", "past")
        for one in taking_out.take_out(db, people.amsterdam, Wanted(region_id=amsterdam.id, group=group), Form.CSV)
    ]
    file = taking_out.as_file(taken, Form.CSV, "amsterdam")

    again = importing.plan(db, people.amsterdam, amsterdam, file.content, "terug.csv")

    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    said = {row["Achternaam"]: (row["Neemt deel als"], row["Uitnodigen"]) for row in rows}
    assert said == {"Lid": ("lid", "ja"), "Gast": ("gast", ""), "Vroeger": ("oud-lid", "")}
    assert again.would_write == 0


# --- the page ---------------------------------------------------------------------------------------------------------


def test_a_coordinator_makes_somebody_a_guest_on_the_page_and_takes_it_back(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    anna = somebody(db, amsterdam, "Anna Lid", MEMBER)
    db.commit()
    client: TestClient = signed_in(people.amsterdam)
    here = f"/netwerk/contacten/{anna.id}/deelname/amsterdam"

    shown = client.post(here, data={"status": "guest"}, follow_redirects=True).text
    refused = client.post(here, data={"status": "baas"})
    back = client.post(f"{here}?terug=member", follow_redirects=True).text

    db.expire_all()
    assert "Doet mee als: gast." in shown
    assert "krijgt alleen een uitnodiging als je die voor een overleg kiest" in shown
    assert refused.status_code == 422
    assert "Teruggezet." in back
    assert place_of(db, anna).status is MEMBER


def test_a_new_contact_may_come_as_a_guest(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    typed = {"email": "gast@kade.example.org", "family_name": "Gast", "region": "amsterdam", "status": "guest"}

    signed_in(people.amsterdam).post("/netwerk/contacten", data=typed)

    assert db.exec(select(Membership.status, Membership.invited)).all() == [(GUEST, True)]
