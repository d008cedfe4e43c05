"""Who may come in, and who may do what."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access import actions, queries, regions
from bsoo.access.actor import PUBLIC, SYSTEM, Actor, ActorKind
from bsoo.access.models import Browser, Role, SignInLink, User
from bsoo.access.policy import POLICY, Permission, may, permitted_regions, require
from bsoo.access.regions import RegionFacts
from bsoo.db import Database
from bsoo.errors import NotAllowed, Refused
from bsoo.mail.models import Letter
from bsoo.regions import Region
from bsoo.text import initials
from tests.conftest import NOW, People
from tests.statements import statements


def test_a_coordinator_acts_in_the_own_region_only(people: People, amsterdam: Region, almere: Region) -> None:
    assert may(people.amsterdam, Permission.INVITE, amsterdam.id) is True
    assert may(people.amsterdam, Permission.INVITE, almere.id) is False
    with pytest.raises(NotAllowed):
        require(people.almere, Permission.INVITE, amsterdam.id)


def test_only_an_administrator_administers(people: People) -> None:
    allowed = {role for role in Role if Permission.ADMINISTER in POLICY[role]}

    assert allowed == {Role.ADMINISTRATOR}
    assert may(people.administrator, Permission.ADMINISTER) is True
    assert may(people.amsterdam, Permission.ADMINISTER) is False


def test_the_public_may_nothing_and_the_system_everything(amsterdam: Region) -> None:
    assert [permission for permission in Permission if may(PUBLIC, permission, amsterdam.id)] == []
    assert permitted_regions(SYSTEM, Permission.PUBLISH) is None


def test_a_contact_with_a_link_has_three_permissions_in_the_own_region(amsterdam: Region, almere: Region) -> None:
    contact = Actor(ActorKind.CONTACT, id=clock.new_id(), region_ids=frozenset({amsterdam.id}))

    here = {permission for permission in Permission if may(contact, permission, amsterdam.id)}
    there = {permission for permission in Permission if may(contact, permission, almere.id)}

    assert here == {Permission.ANSWER_INVITATION, Permission.SUBMIT_SIGNAL, Permission.VIEW_NETWORK_TEXTS}
    assert there == set()


def test_a_password_opens_a_session_and_a_wrong_one_says_what_to_do(db: Session, people: People) -> None:
    actions.change_password(db, people.amsterdam, password="vier losse gewone woorden")

    actor, token = actions.sign_in(db, email=" Samira.Amrani@bsoo.example", password="vier losse gewone woorden")

    assert actor == people.amsterdam
    found = queries.signed_in(db, token)
    assert found is not None
    assert (found[0], [region.slug for region in found[2]]) == (people.amsterdam, ["amsterdam"])
    with pytest.raises(Refused, match="horen niet bij elkaar"):
        actions.sign_in(db, email="samira.amrani@bsoo.example", password="een ander wachtwoord")
    with pytest.raises(Refused, match="horen niet bij elkaar"):
        actions.sign_in(db, email="niemand@bsoo.example", password="vier losse gewone woorden")


def test_a_sign_in_link_works_once(db: Session, people: People) -> None:
    user = db.get(User, people.amsterdam.id)
    assert user is not None
    token = actions.make_link(db, user)
    db.flush()

    actor, _session = actions.use_link(db, token=token)

    assert actor == people.amsterdam
    with pytest.raises(Refused):
        actions.use_link(db, token=token)


def test_a_sign_in_link_is_closed_after_half_an_hour(db: Session, people: People, frozen: Callable) -> None:  # type: ignore[type-arg] # the fixture's own context manager
    user = db.get(User, people.amsterdam.id)
    assert user is not None
    token = actions.make_link(db, user)
    db.flush()

    with frozen(NOW + actions.LINK_LIFE), pytest.raises(Refused):
        actions.use_link(db, token=token)


def test_asking_a_sign_in_link_is_as_much_work_for_an_address_of_nobody(
    db: Session, database: Database, people: People
) -> None:
    db.get_one(User, people.reader.id).is_active = False
    db.flush()
    asked = []

    for email in ("samira.amrani@bsoo.example", "niemand@bsoo.example", "leo.lezer@bsoo.example"):
        with statements(database) as done:
            actions.ask_link(db, email=email)
        asked.append([one.partition("(")[0] for one in done])

    assert asked == [asked[0]] * 3
    assert {"INSERT INTO sign_in_link ", "INSERT INTO letter ", "INSERT INTO letter_payload "} <= set(asked[0])
    assert db.exec(select(Letter.to_address)).all() == ["samira.amrani@bsoo.example"]
    assert db.exec(select(SignInLink.user_id)).all() == [people.amsterdam.id]


def test_a_closed_account_is_out_at_once(db: Session, people: People) -> None:
    user = db.get(User, people.reader.id)
    assert user is not None
    token = actions.open_browser(db, user)
    db.flush()

    actions.close_account(db, people.administrator, user.id)
    db.flush()

    assert queries.signed_in(db, token) is None


def test_the_last_administrator_stays(db: Session, people: People) -> None:
    assert people.administrator.id is not None

    with pytest.raises(Refused):
        actions.revoke(db, people.administrator, people.administrator.id, role=Role.ADMINISTRATOR, region_id=None)
    with pytest.raises(Refused):
        actions.close_account(db, people.administrator, people.administrator.id)


def test_a_source_that_comes_too_fast_is_slowed_down(db: Session) -> None:
    for _ in range(3):
        actions.allow(db, "sign-in:127.0.0.1", every=timedelta(seconds=30), burst=3)
        db.flush()

    with pytest.raises(Refused):
        actions.allow(db, "sign-in:127.0.0.1", every=timedelta(seconds=30), burst=3)
    actions.allow(db, "sign-in:127.0.0.2", every=timedelta(seconds=30), burst=3)


def test_a_page_for_staff_asks_to_sign_in_and_goes_on_afterwards(
    client: TestClient, db: Session, people: People
) -> None:
    user = db.get(User, people.amsterdam.id)
    assert user is not None
    token = actions.make_link(db, user)
    db.commit()

    asked = client.get("/account")
    opened = client.get(f"/inloggen/met/{token}")
    answer = client.post(f"/inloggen/met/{token}")

    assert (asked.status_code, asked.headers["location"]) == (303, "/inloggen?verder=%2Faccount")
    assert opened.status_code == 200
    assert db.exec(select(Browser)).all() != []
    assert (answer.status_code, answer.headers["location"]) == (303, "/vandaag")


def test_a_form_from_another_site_is_refused(client: TestClient) -> None:
    foreign = client.post("/uitloggen", headers={"Sec-Fetch-Site": "cross-site"})
    nothing_said = client.post("/uitloggen", headers={"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"})

    assert (foreign.status_code, nothing_said.status_code) == (403, 403)


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    policy = client.get("/inloggen").headers["content-security-policy"]

    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")


def test_no_address_after_signing_in_leads_to_another_host(client: TestClient, db: Session, people: People) -> None:
    actions.change_password(db, people.amsterdam, password="vier losse gewone woorden")
    db.commit()

    answer = client.post(
        "/inloggen",
        data={
            "email": "samira.amrani@bsoo.example",
            "password": "vier losse gewone woorden",
            "verder": "//elsewhere.example/",
        },
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/vandaag")


def test_head_answers_like_get_and_a_huge_body_is_refused(client: TestClient) -> None:
    head = client.head("/inloggen")
    huge = client.post("/inloggen", content=b"", headers={"Content-Length": "99999999"})

    assert (head.status_code, huge.status_code) == (200, 413)


def test_a_new_region_starts_with_the_usual_rule(signed_in: Callable[[Actor], TestClient], people: People) -> None:
    page = signed_in(people.administrator).get("/beheer").text
    form = page[page.index('action="/beheer/regios"') :]

    assert re.findall(r'<option value="([^"]*)" selected', form) == ["2", "3", "3"]
    assert re.findall(r'type="time"[^>]*value="([^"]*)"', form) == ["13:00", "15:30"]


@pytest.mark.once
def test_everybody_has_initials() -> None:
    names = ("Femke de Vries", "Femke", "femke", "jan.smit", "")

    assert [initials(name) for name in names] == ["FV", "F", "F", "J", ""]


def test_a_region_writes_from_an_address_that_every_mail_server_understands(
    db: Session, people: People, amsterdam: Region
) -> None:
    facts = RegionFacts(**{one.name: getattr(amsterdam, one.name) for one in fields(RegionFacts)})

    with pytest.raises(Refused):
        regions.change(db, people.administrator, amsterdam, replace(facts, mail_address="bsöo@example.org"))
    regions.change(db, people.administrator, amsterdam, replace(facts, mail_address="bsoo@café.example.org"))

    assert amsterdam.mail_address == "bsoo@xn--caf-dma.example.org"


def test_what_staff_saw_is_not_kept_by_the_browser(
    client: TestClient, people: People, signed_in: Callable[[Actor], TestClient]
) -> None:
    """On a shared computer, "back" after signing out would otherwise show it."""
    anybody = client.get("/").headers["cache-control"]

    staff = signed_in(people.amsterdam).get("/vandaag").headers["cache-control"]

    assert (anybody, staff) == ("no-cache, private", "no-store")
