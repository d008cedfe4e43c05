"""How long each kind of record is kept is chosen by an administrator, who sees first what another period removes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock, i18n
from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.logbook import LogEntry, note
from bsoo.mail import outbox
from bsoo.mail.models import Incoming, Letter, LetterState
from bsoo.mail.returning.kinds import Kind
from bsoo.meetings.models import Answer, InvitationAnswer
from bsoo.privacy import leavers, periods, retention
from bsoo.privacy.periods import PERIODS
from bsoo.regions import Region
from bsoo.registry.imports import uploads
from bsoo.registry.models import JoinRequest
from tests import factories
from tests.conftest import NOW, People
from tests.lists import file_of

Frozen = Callable[[datetime], AbstractContextManager[None]]
SignedIn = Callable[[Actor], TestClient]
ADDRESS = "r@kerk.example.org"


def an_upload(db: Session, region: Region) -> None:
    uploads.keep_upload(db, SYSTEM, region, file_of([["E-mail"], [ADDRESS]]), "lijst.xlsx")


def a_letter(db: Session, region: Region) -> None:
    outbox.queue(
        db, "signal_received", to=outbox.Recipient(ADDRESS, "Ria"), key="1", context={"title": "a", "page": "/"}
    )
    db.exec(select(Letter)).one().state = LetterState.ACCEPTED


def a_mail(db: Session, region: Region) -> None:
    db.add(Incoming(digest="d", kind=Kind.REPLY, sender=ADDRESS, words="Dag.", received_at=NOW))


def a_request(db: Session, region: Region) -> None:
    db.add(JoinRequest(region_id=region.id, name="Ria", organisation="Kerk", email=ADDRESS, decided_at=NOW))


def a_remark(db: Session, region: Region) -> None:
    invited = factories.invitation(db, factories.meeting(db, region), factories.contact(db, region))
    db.add(InvitationAnswer(invitation_id=invited.id, answer=Answer.NO, note="Ik ben ziek."))


def a_line(db: Session, region: Region) -> None:
    note(db, SYSTEM, "region.changed", region, region.id)


def a_leaver(db: Session, region: Region) -> None:
    factories.contact(db, region, at=factories.organisation(db, region), ended_on=NOW.date())


MAKES = {
    "uploads": an_upload,
    "letter-texts": a_letter,
    "mail-words": a_mail,
    "requests": a_request,
    "remarks": a_remark,
    "logbook": a_line,
    "leavers": a_leaver,
}


def going(db: Session, code: str, days: int = 0) -> int:
    """How many rows go now, or with another period."""
    tried = timedelta(days=days) if days else None
    if code == "leavers":
        return len(leavers.leavers(db, SYSTEM, tried))
    return retention.preview(db, SYSTEM, {code: tried} if tried else None)[code]


@pytest.mark.parametrize("code", PERIODS)
def test_each_period_rules_what_goes_and_the_preview_says_so_before(
    db: Session, amsterdam: Region, frozen: Frozen, code: str
) -> None:
    shortest, longest = PERIODS[code].choices[0], PERIODS[code].choices[-1]
    MAKES[code](db, amsterdam)
    db.flush()

    with frozen(NOW + timedelta(days=shortest, hours=1)):
        usually, tried, at_most = going(db, code), going(db, code, shortest), going(db, code, longest)
        periods.choose(db, SYSTEM, code, shortest)
        chosen = going(db, code)
        retention.run(db, SYSTEM)
        left = going(db, code)

    assert (usually, tried, at_most, chosen) == (0, 1, 0, 1)
    assert left == (1 if code == "leavers" else 0), "who left is forgotten a month after the coordinator heard it"


def test_until_somebody_chooses_everything_is_kept_as_it_always_was(db: Session) -> None:
    assert {code: period.days for code, period in periods.kept(db, SYSTEM).items()} == {
        "uploads": 7,
        "letter-texts": 30,
        "mail-words": 180,
        "requests": 90,
        "remarks": 365,
        "logbook": 1825,
        "leavers": 730,
    }
    assert [code for code, period in PERIODS.items() if period.usual not in period.choices] == []


def test_a_shorter_period_forgets_who_left_a_month_after_their_coordinator_heard_it(
    db: Session, people: People, amsterdam: Region, frozen: Frozen
) -> None:
    a_leaver(db, amsterdam)
    periods.choose(db, SYSTEM, "leavers", 180)

    with frozen(NOW + timedelta(days=200)):
        at_once = leavers.run(db, SYSTEM)
    with frozen(NOW + timedelta(days=229)):
        too_soon = leavers.run(db, SYSTEM)
    with frozen(NOW + timedelta(days=230)):
        in_time = leavers.run(db, SYSTEM)

    assert (at_once, too_soon, in_time) == (0, 0, 1)


def test_a_choice_is_noted_and_can_be_taken_back(db: Session, people: People) -> None:
    periods.choose(db, people.administrator, "requests", 30)
    periods.choose(db, people.administrator, "requests", 30)
    periods.take_back(db, people.administrator, "requests")

    noted = db.exec(select(LogEntry).where(LogEntry.verb == "retention.changed")).all()
    assert periods.kept(db, SYSTEM)["requests"] == timedelta(days=90)
    assert sorted(tuple(line.facts.values()) for line in noted) == [("requests", 30, 90), ("requests", 90, 30)]
    assert {line.actor_id for line in noted} == {people.administrator.id}


def test_only_an_administrator_chooses_and_only_what_is_offered(db: Session, people: People) -> None:
    with pytest.raises(NotAllowed):
        periods.choose(db, people.amsterdam, "requests", 30)
    with pytest.raises(Refused):
        periods.choose(db, people.administrator, "logbook", 1)
    with pytest.raises(NotFound):
        periods.choose(db, people.administrator, "browsers", 30)
    with pytest.raises(NotFound):
        periods.take_back(db, people.administrator, "requests")

    assert periods.kept(db, SYSTEM)["logbook"] == timedelta(days=1825)


def test_periods_are_told_in_years_or_days() -> None:
    with i18n.speaking("nl"):
        told = [periods.in_words(timedelta(days=days)) for days in (1, 30, 365, 1825)]

    assert told == ["1 dag", "30 dagen", "1 jaar", "5 jaar"]


def test_an_administrator_looks_chooses_and_takes_back(
    db: Session, people: People, amsterdam: Region, signed_in: SignedIn, frozen: Frozen
) -> None:
    a_request(db, amsterdam)
    db.exec(select(JoinRequest)).one().decided_at = clock.now() - timedelta(days=45)
    db.commit()

    refused = signed_in(people.amsterdam).get("/beheer/bewaren/requests")
    browser = signed_in(people.administrator)
    looked = browser.get("/beheer/bewaren/requests?dagen=30")
    wrong = browser.post("/beheer/bewaren/requests", data={"dagen": "31"})
    chosen = browser.post("/beheer/bewaren/requests", data={"dagen": "30"})
    page = browser.get(chosen.headers["location"])
    back = browser.post("/beheer/bewaren/requests/terug")

    assert (refused.status_code, looked.status_code, wrong.status_code) == (403, 200, 422)
    assert ("30 dagen, nu 90 dagen" in looked.text, "1, nu 0" in looked.text) == (True, True)
    assert (chosen.status_code, "30 dagen" in page.text, back.status_code) == (303, True, 303)
    assert periods.kept(db, SYSTEM)["requests"] == timedelta(days=90)
