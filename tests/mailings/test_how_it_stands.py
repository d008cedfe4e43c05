"""How far a bulk mail is, when it is done, and what the mail server says."""

from datetime import timedelta

from sqlmodel import Session

from bsoo.mail import bulk_views, pace, tempo
from bsoo.mail.bulk_views import Phase
from bsoo.mail.models import LetterState
from bsoo.mail.pace import Limits
from bsoo.meetings import mailings
from bsoo.meetings.models import Meeting
from bsoo.regions import Region
from tests.conftest import NOW, People
from tests.mailings.conftest import TOMORROW, invited, letters, turn


def test_the_list_counts_mailings_by_how_they_stand(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    running = invited(db, people.amsterdam, amsterdam, planned, 2)

    def stands() -> Phase:
        db.flush()
        return bulk_views.line_of(db, running.id).phase

    seen = [stands()]
    mailings.pause(db, people.amsterdam, running)
    seen.append(stands())
    mailings.plan(db, people.amsterdam, running, TOMORROW)
    seen.append(stands())
    turn(db, running, LetterState.ACCEPTED, LetterState.ACCEPTED)
    seen.append(stands())

    assert seen == [Phase.RUNNING, Phase.HALTED, Phase.SCHEDULED, Phase.OVER]
    assert bulk_views.counts(db, {amsterdam.id}) == {one: int(one is Phase.OVER) for one in Phase}


def test_the_limit_of_the_mail_server_says_when_a_mailing_is_done(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 20)
    line, sender = bulk_views.line_of(db, mailing.id), "post@mail.example.org"

    free, _said = tempo.tempo(db, line, sender, Limits(), NOW)
    limited, _said = tempo.tempo(db, line, sender, Limits(per_minute=2), NOW)
    pace.hold(db, sender, NOW + timedelta(minutes=5), NOW)
    held, _said = tempo.tempo(db, line, sender, Limits(per_minute=2), NOW)

    assert (free.ends_at, limited.ends_at) == (None, NOW + timedelta(minutes=9, seconds=30))
    assert (held.held_until, held.ends_at) == (NOW + timedelta(minutes=5), NOW + timedelta(minutes=14, seconds=30))


def test_what_is_measured_says_it_where_there_is_no_limit(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 20)
    for number, letter in enumerate(letters(db, mailing)[:11]):
        letter.state, letter.accepted_at = LetterState.ACCEPTED, NOW - timedelta(seconds=10 - number)
    db.flush()

    found, _said = tempo.tempo(db, bulk_views.line_of(db, mailing.id), "post@mail.example.org", Limits(), NOW)

    assert found.ends_at == NOW + timedelta(seconds=9)


def test_the_same_words_about_different_addresses_are_counted_together(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 3)
    for letter in letters(db, mailing):
        letter.state, letter.smtp_code = LetterState.REFUSED, 550
        letter.smtp_text = f"5.1.1 <{letter.to_address}>: user unknown"
    db.flush()

    _pace, [words] = tempo.tempo(db, bulk_views.line_of(db, mailing.id), "post@mail.example.org", Limits(), NOW)

    assert (words.code, words.text, words.letters) == (550, "5.1.1 <…>: user unknown", 3)
