"""The clerk on a database of its own, as in the product: on PostgreSQL it writes beside the work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from bsoo.db import Database
from bsoo.mail import outbox, postman
from bsoo.mail.models import Letter, LetterEvent, LetterState, Mailing, MailingState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.postman import Delivered
from bsoo.settings import Settings
from tests.mailhost import Script, kind, mailhost
from tests.own_database import own_database

ODD_WORDS = r"""2.0.0 ok {"a",b} \ 'c' \N ✓ NULL""" + "\0"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Database]:
    with own_database(tmp_path) as database:
        yield database


def queue(database: Database, number: int, mailing_state: MailingState | None = None) -> None:
    with database.transaction() as db:
        mailing = outbox.start_mailing(db, None, "own_page", None, None, number) if mailing_state else None
        if mailing and mailing_state:
            mailing.state = mailing_state
        drafts = [
            Draft("own_page", Recipient(f"p{n}@example.org", f"P{n}"), f"own:{n}", {"page": f"/mijn/{n}"})
            for n in range(number)
        ]
        outbox.queue_many(db, [draft if mailing is None else in_mailing(draft, mailing) for draft in drafts])


def in_mailing(draft: Draft, mailing: Mailing) -> Draft:
    return Draft(draft.name, draft.to, draft.key, draft.context, mailing_id=mailing.id)


def deliver(database: Database, settings: Settings, script: Script = kind) -> Delivered:
    with mailhost(script) as host:
        delivered = postman.deliver_due(database, settings.model_copy(update={"smtp_url": host.url}))
    assert len(set(host.recipients)) == len(host.recipients) == delivered.accepted, "each once"
    return delivered


def test_whatever_signs_a_server_uses_its_words_are_kept(own: Database, settings: Settings) -> None:
    queue(own, 7)

    delivered = deliver(own, settings, lambda stage, _to: f"250 {ODD_WORDS}" if stage == "end" else "")

    with own.reading() as db:
        kept = set(db.exec(select(Letter.state, Letter.smtp_code, Letter.smtp_text, Letter.owner)))
        told = set(db.exec(select(LetterEvent.text)))
    assert delivered == Delivered(accepted=7)
    assert kept == {(LetterState.ACCEPTED, 250, ODD_WORDS.strip("\0"), "")}
    assert told == {ODD_WORDS.strip("\0")}


def test_more_letters_than_one_claim_go_out_among_refusals(own: Database, settings: Settings) -> None:
    queue(own, postman.BATCH * 2 + 5)

    delivered = deliver(own, settings, lambda stage, to: "550 5.1.1 no" if stage == "rcpt" and to[1] == "1" else "")

    with own.reading() as db:
        refused = list(db.exec(select(Letter.to_address).where(Letter.state == LetterState.REFUSED)))
    assert delivered == Delivered(accepted=94, refused=111)
    assert {to[1] for to in refused} == {"1"}


def test_a_mailing_that_was_paused_since_it_was_claimed_does_not_go(own: Database, settings: Settings) -> None:
    queue(own, 5, MailingState.RUNNING)

    def pause(stage: str, to: str) -> str:
        if stage == "rcpt":
            with own.transaction() as db:
                db.exec(select(Mailing)).one().state = MailingState.PAUSED
        return ""

    delivered = deliver(own, settings, pause)

    with own.reading() as db:
        states = set(db.exec(select(Letter.state)))
    assert (delivered, states) == (Delivered(), {LetterState.QUEUED})
