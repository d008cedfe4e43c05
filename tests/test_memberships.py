"""As what somebody takes part in a region: a member, a guest or a past member; in lists, letters, files and merges."""

import csv
import io

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo.access.actor import SYSTEM
from bsoo.errors import NotAllowed
from bsoo.exports import taking_out
from bsoo.exports.taking_out import Form
from bsoo.logbook import LogEntry
from bsoo.regions import Region
from bsoo.registry import memberships
from bsoo.registry.doubles import merging
from bsoo.registry.finding import listing, many, many_undoing
from bsoo.registry.finding.many_lines import What
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.wanted_as_json import as_json, from_json
from bsoo.registry.imports import importing, undoing
from bsoo.registry.imports.changes import Verdict
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.models import Contact, Membership, MemberStatus, Upload
from bsoo.routes.merging import RULES
from tests.conftest import People
from tests.invited import SignIn
from tests.lists import file_of
from tests.merges import dump, ids_in_order
from tests.taking_part import GUEST, MEMBER, PAST, place_of, somebody, three

FIXTURES = (three,)
"""pytest finds them here by their names."""


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


LISTED: list[list[object]] = [
    ["Organisatie", "Naam", "E-mail", "Status"],
    ["De Kade", "Anna Lid", "anna@kade.example.org", "Lid"],
    ["De Kade", "Bo Gast", "bo@kade.example.org", "gast"],
    ["De Kade", "Cor Vroeger", "cor@kade.example.org", "oud-lid"],
    ["De Kade", "Dora Weg", "dora@kade.example.org", "uit dienst per 1-9-2026"],
    ["De Kade", "Ed Leeg", "ed@kade.example.org", ""],
]


# --- files ------------------------------------------------------------------------------------------------------------


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
