"""The outbox, the block list, and what staff see and do on Postvak uit."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import house
from bsoo.access.actor import SYSTEM, Actor
from bsoo.db import Database
from bsoo.errors import Refused
from bsoo.house import House
from bsoo.logbook import LogEntry
from bsoo.mail import blocking, bulk, desk, outbox, postman
from bsoo.mail.desk import Wanted
from bsoo.mail.models import Because, Blocked, Letter, LetterPayload, LetterState, Mailing, MailingState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.meetings import again
from bsoo.privacy import retention
from bsoo.regions import Region
from bsoo.settings import Settings
from tests.conftest import NOW, People
from tests.mailhost import mailhost
from tests.statements import how_many

SignIn = Callable[[Actor], TestClient]
At = Callable[[datetime], AbstractContextManager[None]]
SAMIRA = Recipient("samira@kade.example.org", "Samira El Idrissi")
SECRET = "7HqK29fdVx3mTz8LrN5wQy"


def write(db: Session, key: str = "one", region: Region | None = None, to: Recipient = SAMIRA) -> Letter:
    outbox.queue(db, "own_page", to, key, {"page": f"/mijn/{SECRET}"}, region_id=region.id if region else None)
    db.commit()
    return db.exec(select(Letter).where(Letter.key == key)).one()


def in_state(db: Session, state: LetterState, region: Region, key: str = "one", text: str = "") -> Letter:
    letter = write(db, key, region)
    letter.state, letter.smtp_text = state, text
    db.commit()
    return letter


def a_mailing(db: Session, region: Region, count: int = 4) -> Mailing:
    mailing = outbox.start_mailing(db, None, "own_page", region.id, None, count)
    people = [Recipient(f"p{n}@example.org", f"Persoon {n}") for n in range(count)]
    drafts = [
        Draft("own_page", to, f"bulk:{to.address}", {"page": "/mijn/x"}, region.id, mailing_id=mailing.id)
        for to in people
    ]
    assert outbox.queue_many(db, drafts) == count
    db.commit()
    return mailing


# --- The outbox -----------------------------------------------------------------------------------------------------


def test_the_same_cause_writes_nobody_twice(db: Session) -> None:
    first = outbox.queue(db, "own_page", SAMIRA, "own_page:1", {"page": "/mijn/a"})
    second = outbox.queue(db, "own_page", SAMIRA, "own_page:1", {"page": "/mijn/b"})

    contexts = db.exec(select(LetterPayload.context)).all()
    assert (first, second) == (True, False)
    assert [context["page"] for context in contexts] == ["/mijn/a"]


def test_many_letters_count_only_what_is_new(db: Session) -> None:
    drafts = [Draft("own_page", SAMIRA, f"k:{n % 600}", {"page": "/mijn/a"}) for n in range(700)]

    assert (outbox.queue_many(db, drafts), outbox.queue_many(db, drafts), outbox.queue_many(db, [])) == (600, 0, 0)


def test_every_letter_has_its_own_number_and_return_token(db: Session) -> None:
    outbox.queue_many(db, [Draft("own_page", SAMIRA, f"k:{n}", {"page": "/mijn/a"}) for n in range(50)])

    rows = db.exec(select(Letter.message_id, Letter.return_token)).all()
    assert len({message_id for message_id, _ in rows}) == len({token for _, token in rows}) == 50
    assert {len(token) for _, token in rows} == {32}
    assert all(token == token.lower() for _, token in rows)


def test_numbers_carry_the_domain_of_the_installations_own_mailbox(db: Session) -> None:
    house.use(House(mail_from="bsoo@rodekruis.example"))

    letter = write(db)

    assert letter.message_id.endswith("@rodekruis.example>")


def test_nothing_is_queued_when_the_action_fails(database: Database) -> None:
    def fails() -> None:
        with database.transaction() as db:
            outbox.queue(db, "own_page", SAMIRA, "own_page:1", {"page": "/mijn/a"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    with database.reading() as db:
        assert db.exec(select(Letter)).all() == []


@pytest.mark.parametrize(
    ("purpose", "state"),
    [("", LetterState.SUPPRESSED), ("answers", LetterState.SUPPRESSED), ("meetings", LetterState.QUEUED)],
)
def test_a_blocked_address_is_not_written_to_for_that_purpose(db: Session, purpose: str, state: LetterState) -> None:
    blocking.block(db, "Samira@Kade.example.org", purpose=purpose, reason="asked")

    assert write(db).state is state


def test_an_address_that_is_released_is_written_to_again(db: Session) -> None:
    blocking.block(db, SAMIRA.address)
    blocking.release(db, SAMIRA.address)

    assert write(db).state is LetterState.QUEUED


def test_the_block_list_holds_no_address(db: Session) -> None:
    blocking.block(db, SAMIRA.address)

    [blocked] = db.exec(select(Blocked)).all()
    assert "samira" not in str(blocked.model_dump())
    assert len(blocked.address_hash) == 64


def test_progress_adds_up(db: Session, amsterdam: Region) -> None:
    mailing = a_mailing(db, amsterdam, 6)
    states = [
        LetterState.ACCEPTED,
        LetterState.REFUSED,
        LetterState.BOUNCED,
        LetterState.UNKNOWN,
        LetterState.IN_FLIGHT,
    ]
    for letter, state in zip(db.exec(select(Letter)).all(), states, strict=False):
        letter.state = state
    db.flush()

    progress = outbox.progress(db, mailing.id)

    assert (progress.total, progress.waiting, progress.sent) == (6, 2, 1)
    assert (progress.refused, progress.unknown, progress.handled) == (2, 1, 4)


def test_what_letters_said_is_forgotten_after_thirty_days_unless_they_are_not_sent_for_sure(
    db: Session, amsterdam: Region
) -> None:
    for number, state in enumerate((LetterState.ACCEPTED, LetterState.UNKNOWN, LetterState.QUEUED)):
        in_state(db, state, amsterdam, key=f"k:{number}").queued_at = NOW - timedelta(days=31)
    in_state(db, LetterState.ACCEPTED, amsterdam, key="new").queued_at = NOW - timedelta(days=29)
    db.flush()

    assert retention.apply(db, SYSTEM, "letter-texts") == 1
    assert (len(db.exec(select(Letter)).all()), len(db.exec(select(LetterPayload)).all())) == (4, 3)


# --- The desk -------------------------------------------------------------------------------------------------------


def test_a_letter_that_is_sent_again_keeps_its_number_and_its_bytes(
    database: Database, db: Session, settings: Settings, amsterdam: Region, frozen: At
) -> None:
    letter = write(db, region=amsterdam)
    with mailhost(lambda stage, to: "DROP" if stage == "end" else "") as host:
        postman.deliver_due(database, settings.model_copy(update={"smtp_url": host.url}))
    db.expire_all()
    assert letter.state is LetterState.UNKNOWN

    with frozen(NOW + timedelta(minutes=1)):
        desk.send_again(db, [letter.id])
        db.commit()
    with frozen(NOW + timedelta(minutes=2)), mailhost() as second:
        postman.deliver_due(database, settings.model_copy(update={"smtp_url": second.url}))

    assert [one.raw for one in second.taken] == [one.raw for one in host.taken]
    assert second.taken[0].message_id == letter.message_id
    assert [event.state for event in desk.history(db, letter.id)][::-1] == [
        LetterState.UNKNOWN,
        LetterState.QUEUED,
        LetterState.ACCEPTED,
    ]


@pytest.mark.parametrize(
    "state",
    [LetterState.QUEUED, LetterState.IN_FLIGHT, LetterState.ACCEPTED, LetterState.CANCELLED, LetterState.SUPPRESSED],
)
def test_what_waits_or_was_sent_or_stopped_cannot_be_sent_again(
    db: Session, amsterdam: Region, state: LetterState
) -> None:
    letter = in_state(db, state, amsterdam)

    with pytest.raises(Refused):
        again.send_one(db, SYSTEM, letter)

    db.refresh(letter)
    assert letter.state is state


def test_a_mailing_can_be_paused_and_goes_on_without_pausing_for_what_is_known(db: Session, amsterdam: Region) -> None:
    mailing = a_mailing(db, amsterdam)
    for letter in db.exec(select(Letter)).all()[:3]:
        letter.state = LetterState.REFUSED
    db.flush()

    bulk.pause(db, mailing)
    with pytest.raises(Refused):
        bulk.pause(db, mailing)
    bulk.resume(db, mailing)
    with pytest.raises(Refused):
        bulk.resume(db, mailing)

    assert (mailing.state, mailing.tolerated) == (MailingState.RUNNING, 3)


def test_stopping_a_mailing_keeps_the_rest_at_home(
    database: Database, db: Session, settings: Settings, amsterdam: Region
) -> None:
    mailing = a_mailing(db, amsterdam)

    stopped = bulk.stop(db, mailing).letters
    db.commit()
    with mailhost() as host:
        postman.deliver_due(database, settings.model_copy(update={"smtp_url": host.url}))

    assert (stopped, host.taken) == (4, [])
    assert outbox.progress(db, mailing.id).cancelled == 4
    with pytest.raises(Refused):
        bulk.stop(db, mailing)


def test_whoever_reads_along_gets_no_personal_link(db: Session, amsterdam: Region) -> None:
    letter = write(db, region=amsterdam)
    outbox.queue(db, "staff_sign_in", SAMIRA, "sign-in", {"token": SECRET})

    contents = [desk.contents(db, letter_id) for letter_id in db.exec(select(Letter.id))]

    assert letter.id in db.exec(select(Letter.id)).all()
    assert SECRET not in str(contents)
    assert "/mijn/…" in str(contents)


def test_a_search_finds_names_addresses_and_the_servers_words(db: Session, amsterdam: Region) -> None:
    in_state(db, LetterState.REFUSED, amsterdam, text="550 5.1.1 User unknown")

    def hits(text: str) -> int:
        return len(desk.letters(db, None, Wanted(text=text)))

    assert [hits(text) for text in ("samira", "KADE.example", "user unknown", "samira unknown", "100%", "nobody")] == [
        1, 1, 1, 1, 0, 0,
    ]  # fmt: skip


def test_letters_of_another_region_and_of_no_region_stay_out_of_sight(
    db: Session, amsterdam: Region, almere: Region
) -> None:
    mine, other, none = (write(db, key, region) for key, region in (("a", amsterdam), ("b", almere), ("c", None)))

    seen = {line.id for line in desk.letters(db, {amsterdam.id}, Wanted())}
    everything = {line.id for line in desk.letters(db, None, Wanted())}

    assert (seen, everything) == ({mine.id}, {mine.id, other.id, none.id})
    assert sum(desk.counts(db, {amsterdam.id}, Wanted())[0].values()) == 1


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_shows_letters_with_the_servers_words(
    db: Session, people: People, signed_in: SignIn, amsterdam: Region, almere: Region
) -> None:
    in_state(db, LetterState.REFUSED, amsterdam, text="5.1.1 user unknown")
    write(db, "almere", almere, Recipient("an@almere.example.org", "An van Almere"))
    browser = signed_in(people.amsterdam)

    whole = browser.get("/postvak")
    refused = browser.get("/postvak?toestand=onbestelbaar")
    sent = browser.get("/postvak?toestand=verstuurd")

    assert (whole.status_code, refused.status_code, sent.status_code) == (200, 200, 200)
    assert "5.1.1 user unknown" in refused.text
    assert "Samira El Idrissi" in whole.text
    assert "Samira El Idrissi" not in sent.text
    assert "An van Almere" not in whole.text


def test_a_page_of_letters_takes_as_many_statements_for_fifty_as_for_one(
    db: Session, database: Database, people: People, signed_in: SignIn, amsterdam: Region
) -> None:
    browser = signed_in(people.amsterdam)
    a_mailing(db, amsterdam, 1)
    few = how_many(database, lambda: browser.get("/postvak"))
    outbox.queue_many(db, [Draft("own_page", SAMIRA, f"k:{n}", {"page": "/mijn/a"}, amsterdam.id) for n in range(60)])
    db.commit()

    assert how_many(database, lambda: browser.get("/postvak")) == few


def test_one_letter_shows_its_text_in_a_frame_without_personal_links(
    db: Session, people: People, signed_in: SignIn, amsterdam: Region
) -> None:
    letter = write(db, region=amsterdam)
    browser = signed_in(people.amsterdam)

    page = browser.get(f"/postvak/{letter.id}")
    frame = browser.get(f"/postvak/{letter.id}/inhoud")

    assert (page.status_code, frame.status_code) == (200, 200)
    assert "U vroeg om de link naar uw eigen pagina" in page.text
    assert SECRET not in page.text + frame.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]


def test_a_letter_of_another_region_is_not_there(
    db: Session, people: People, signed_in: SignIn, amsterdam: Region
) -> None:
    letter = in_state(db, LetterState.UNKNOWN, amsterdam)
    browser = signed_in(people.almere)

    answers = [
        browser.get(f"/postvak/{letter.id}"),
        browser.get(f"/postvak/{letter.id}/inhoud"),
        browser.post(f"/postvak/{letter.id}/opnieuw"),
        browser.get("/postvak/rubbish"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]


def test_a_reader_has_no_outbox(people: People, signed_in: SignIn) -> None:
    assert signed_in(people.reader).get("/postvak").status_code == 403


def test_sending_again_by_hand_is_noted_and_cannot_be_done_twice(
    db: Session, people: People, signed_in: SignIn, amsterdam: Region
) -> None:
    letter = in_state(db, LetterState.UNKNOWN, amsterdam)
    browser = signed_in(people.amsterdam)

    first = browser.post(f"/postvak/{letter.id}/opnieuw")
    second = browser.post(f"/postvak/{letter.id}/opnieuw")

    db.expire_all()
    assert (first.status_code, second.status_code) == (303, 422)
    assert letter.state is LetterState.QUEUED
    assert db.exec(select(LogEntry.verb).where(LogEntry.subject_id == letter.id)).all() == ["letter.sent-again"]


def test_these_and_no_others_are_sent_again(
    db: Session, people: People, signed_in: SignIn, amsterdam: Region, almere: Region
) -> None:
    unsure = in_state(db, LetterState.UNKNOWN, amsterdam, "unsure")
    refused = in_state(db, LetterState.REFUSED, amsterdam, "refused")
    elsewhere = in_state(db, LetterState.UNKNOWN, almere, "elsewhere")

    answer = signed_in(people.amsterdam).post("/postvak/opnieuw", data={"toestand": "onzeker"})

    db.expire_all()
    assert answer.status_code == 303
    assert [unsure.state, refused.state, elsewhere.state] == [
        LetterState.QUEUED,
        LetterState.REFUSED,
        LetterState.UNKNOWN,
    ]


@pytest.mark.parametrize(
    ("wanted", "status", "state"),
    [
        (["pauze"], [303], MailingState.PAUSED),
        (["pauze", "verder"], [303, 303], MailingState.RUNNING),
        (["stop"], [303], MailingState.STOPPED),
        (["verder"], [422], MailingState.RUNNING),
        (["rommel"], [422], MailingState.RUNNING),
    ],
)
def test_a_mailing_is_paused_resumed_and_stopped_from_the_page(
    db: Session,
    people: People,
    signed_in: SignIn,
    amsterdam: Region,
    wanted: list[str],
    status: list[int],
    state: MailingState,
) -> None:
    mailing = a_mailing(db, amsterdam)
    browser = signed_in(people.amsterdam)

    answers = [browser.post(f"/postvak/zendingen/{mailing.id}/stand", data={"stand": word}) for word in wanted]

    db.expire_all()
    assert [answer.status_code for answer in answers] == status
    assert mailing.state is state


@pytest.mark.parametrize(
    ("because", "said"), [(Because.LATE, "De verzending begint nu."), (Because.BY_HAND, "De verzending gaat verder.")]
)
def test_what_came_too_late_begins_and_what_was_paused_goes_on(
    db: Session, people: People, signed_in: SignIn, amsterdam: Region, because: Because, said: str
) -> None:
    mailing = a_mailing(db, amsterdam)
    mailing.state, mailing.paused_because = MailingState.PAUSED, because
    db.commit()
    browser = signed_in(people.amsterdam)

    browser.post(f"/postvak/zendingen/{mailing.id}/stand", data={"stand": "verder"})

    assert said in browser.get(f"/postvak/zendingen/{mailing.id}").text


@pytest.mark.parametrize(
    "query", ["bladzijde=x", "bladzijde=-5", "zending=rommel", "toestand=rommel", "q=%25%27%00", "bladzijde=999999"]
)
def test_rubbish_in_the_address_is_no_failure(people: People, signed_in: SignIn, query: str) -> None:
    assert signed_in(people.amsterdam).get(f"/postvak?{query}").status_code == 200
