"""Who was silent at the last meetings, and who said yes and did not come: what that says of their records."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from bsoo.meetings.models import Answer, Attendance, Presence
from bsoo.regions import Region
from bsoo.registry.finding.listing import People as Listed
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.keeping import worklist
from bsoo.registry.keeping.silence import no_shows, silent_contacts
from bsoo.registry.keeping.trust import Reason, Trust, trust
from bsoo.registry.models import Contact, Membership
from bsoo.routes.standing_out import standing_out
from tests import factories
from tests.conftest import NOW, People

TODAY = NOW.date()
DAYS = (date(2026, 1, 15), date(2026, 4, 15), date(2026, 7, 15), date(2026, 10, 15))


def test_silent_is_who_answered_none_of_the_last_three_meetings_and_came_to_none(
    db: Session, people: People, amsterdam: Region
) -> None:
    held = [factories.meeting(db, amsterdam, on=day) for day in DAYS]
    silent, spoke, new = (factories.contact(db, amsterdam, f"{name} Visser") for name in ("Anna", "Bo", "Cas"))
    for meeting in held:
        factories.invitation(db, meeting, silent, answer=Answer.NO if meeting is held[0] else Answer.SILENT)
        factories.invitation(db, meeting, spoke, answer=Answer.NO if meeting is held[2] else Answer.SILENT)
    factories.invitation(db, held[3], new)

    found = list(db.execute(silent_contacts(people.amsterdam, TODAY)).scalars())

    assert found == [silent.id]


ANSWERED = {"+": Answer.ON_SITE, "-": Answer.ONLINE, "x": Answer.ON_SITE, "e": Answer.ON_SITE, "c": Answer.COLLEAGUE}
NOTED = {"+": Presence.PRESENT, "w": Presence.LEFT_EARLY, "x": Presence.ABSENT, "e": Presence.EXCUSED}


def test_a_no_show_is_who_said_yes_to_two_of_the_last_three_meetings_and_came_to_none(
    db: Session, people: People, amsterdam: Region
) -> None:
    """A sign per meeting: "-" is a yes and nothing noted, "+" came, "w" came without an answer, "e" sent word."""
    held = [factories.meeting(db, amsterdam, on=day) for day in DAYS]
    missed = {"Twice": ".-.-", "Thrice": ".xxx"}
    fine = {"Once": "...-", "Long ago": "-..-", "Came": ".-+-", "Walked in": ".-w-", "Word": ".-.e", "Sent": ".-.c"}
    visitors = {f"Visitor {n}": "++++" for n in range(7)}
    noted = {}
    for name, signs in {**missed, **fine, **visitors}.items():
        contact = factories.contact(db, amsterdam, name)
        for meeting, sign in zip(held, signs, strict=True):
            factories.invitation(db, meeting, contact, answer=ANSWERED.get(sign, Answer.SILENT))
            line = Attendance(meeting_id=meeting.id, contact_id=contact.id, presence=NOTED.get(sign, Presence.EXPECTED))
            noted[name, meeting.id] = line
            db.add(line)
    db.flush()

    def found() -> set[str]:
        listed = col(Contact.id).in_(no_shows(people.amsterdam, TODAY))
        return {one.display_name for one in db.exec(select(Contact).where(listed))}

    before = found()
    noted["Visitor 0", held[3].id].presence = Presence.EXPECTED
    db.flush()

    assert before == set(missed)
    # Of 14 who said yes 7 were there, and now 6: nobody finished that list.
    assert found() == {"Thrice"}


@pytest.mark.parametrize(("answer", "why"), [(Answer.SILENT, Reason.SILENT), (Answer.ONLINE, Reason.NO_SHOW)])
def test_who_stays_away_from_three_meetings_is_trusted_less(
    db: Session, people: People, amsterdam: Region, answer: Answer, why: Reason
) -> None:
    away, visitor = (factories.contact(db, amsterdam, name) for name in ("Anna Away", "Bo Visitor"))
    for one in (away, visitor):
        one.phone = "+31200000000"
        place(db, one).confirmed_on = TODAY
    before = trust(Listed(db, people.amsterdam, Wanted(order="name")).people[0].reasons or ())
    for day in DAYS[1:]:
        meeting = factories.meeting(db, amsterdam, on=day)
        factories.invitation(db, meeting, away, answer=answer)
        factories.invitation(db, meeting, visitor, answer=Answer.ON_SITE)
        db.add(Attendance(meeting_id=meeting.id, contact_id=visitor.id, presence=Presence.PRESENT))
    db.flush()

    listed = Listed(db, people.amsterdam, Wanted(order="name"))
    found = standing_out(db, people.amsterdam, away.id, TODAY)
    asked = worklist.work(db, people.amsterdam, [amsterdam.id]).lines
    place(db, away).confirmed_on = TODAY - timedelta(days=91)
    db.flush()
    asked_later = worklist.work(db, people.amsterdam, [amsterdam.id]).lines

    assert (before, [trust(line.reasons or ()) for line in listed.people]) == (Trust.GOOD, [Trust.LOOK, Trust.GOOD])
    assert listed.people[0].reasons == (why, Reason.NO_ORGANISATION)
    assert (found.is_silent, found.is_no_show) == (why is Reason.SILENT, why is Reason.NO_SHOW)
    assert (asked, [line.reasons for line in asked_later]) == ([], [listed.people[0].reasons])
    for wanted in (Wanted(trust=("look",)), Wanted(look=(str(why),))):
        assert [line.name for line in Listed(db, people.amsterdam, wanted).people] == ["Anna Away"]
    assert (listed.counts["trust:look"], listed.counts[str(why)]) == (1, 1)


def place(db: Session, contact: Contact) -> Membership:
    return db.exec(select(Membership).where(col(Membership.contact_id) == contact.id)).one()
