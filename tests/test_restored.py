"""A copy of the database that is put back sends nothing again by itself; somebody decides about what waits in it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import backups, clock, doctor, installation
from bsoo.access.actor import SYSTEM, Actor
from bsoo.db import Database
from bsoo.errors import Refused
from bsoo.mail import bulk, outbox, postman, restored
from bsoo.mail.models import HeldBecause, Letter, LetterState, Mailing, MailMark
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.postman import Delivered
from bsoo.meetings import held_mail
from bsoo.settings import Settings
from tests.conftest import NOW, People
from tests.mailhost import MailHost, mailhost

At = Callable[[datetime], AbstractContextManager[None]]
SignIn = Callable[[Actor], TestClient]


def sent_by(host: MailHost, settings: Settings) -> Settings:
    return settings.model_copy(update={"smtp_url": host.url})


def queue(db: Session, people: int, in_mailing: int = 0, since: int = 0) -> None:
    drafts = [
        Draft("own_page", Recipient(f"p{n}@example.org", f"P{n}"), f"restored:{n}", {"page": f"/mijn/{n}"})
        for n in range(since, since + people + in_mailing)
    ]
    if in_mailing:
        mailing = outbox.start_mailing(db, None, "own_page", None, None, in_mailing)
        drafts[people:] = [replace(one, mailing_id=mailing.id) for one in drafts[people:]]
    outbox.queue_many(db, drafts)


def fall_behind(db: Session) -> None:
    """As a copy from before the last letters."""
    db.exec(select(MailMark)).one().number -= 1
    db.flush()


@pytest.mark.once
def test_what_a_copy_still_has_to_send_asks_first_when_it_is_put_back(tmp_path: Path, frozen: At) -> None:
    with mailhost() as host:
        settings = Settings(_env_file=None, data=tmp_path, smtp_url=host.url, mail_per_minute=0)
        database = Database(settings.database)
        installation.prepare(settings, database)
        with database.transaction() as db:
            queue(db, 3, in_mailing=2)
        backups.backup(database, tmp_path / "copy.sqlite3")
        before = postman.deliver_due(database, settings)
        database.engine.dispose()

        backups.restore(settings, tmp_path / "copy.sqlite3")
        database = Database(settings.database)
        again = postman.deliver_due(database, settings)
        with database.reading() as db:
            held = restored.held(db, settings)
        told = next(one for one in doctor.examine(settings, database) if one.name == "held mail")
        with frozen(NOW + timedelta(minutes=5)):
            with database.transaction() as db:
                queue(db, 1, in_mailing=1, since=9)
            new = postman.deliver_due(database, settings)
        database.engine.dispose()

    assert (before, again, new) == (Delivered(accepted=5), Delivered(), Delivered(accepted=1))
    assert held is not None
    assert held[1:] == (HeldBecause.PUT_BACK, 5, 1)
    assert (told.ok, told.text[:69]) == (
        False,
        "A copy of the database was put back: 5 letters that wait may have gon",
    )
    assert len(set(host.recipients)) == len(host.recipients) == 6


def test_a_database_that_was_not_put_back_holds_nothing(database: Database, db: Session, settings: Settings) -> None:
    queue(db, 2)

    with mailhost() as host:
        first = postman.deliver_due(database, sent_by(host, settings))
        queue(db, 2, since=2)
        second = postman.deliver_due(database, sent_by(host, settings))

    assert (first, second) == (Delivered(accepted=2), Delivered(accepted=2))
    assert restored.held(db, settings) is None


def test_whoever_decides_to_send_it_sends_all_of_it(database: Database, db: Session, settings: Settings) -> None:
    restored.remember(settings, restored.forward(db, settings, clock.now()), clock.now())
    queue(db, 2, in_mailing=2)
    fall_behind(db)

    with mailhost() as host:
        asks = postman.deliver_due(database, sent_by(host, settings))
        found = held_mail.send(db, SYSTEM, settings)
        goes = postman.deliver_due(database, sent_by(host, settings))

    assert (asks, found.letters, found.mailings, goes) == (Delivered(), 4, 1, Delivered(accepted=4))
    with pytest.raises(Refused, match="Iemand heeft dit al besloten"):
        held_mail.send(db, SYSTEM, settings)


def test_what_is_kept_at_home_never_goes_and_a_mailing_is_stopped(
    database: Database, db: Session, settings: Settings
) -> None:
    restored.remember(settings, restored.forward(db, settings, clock.now()), clock.now())
    queue(db, 1, in_mailing=2)
    fall_behind(db)

    held_mail.keep_at_home(db, SYSTEM, settings)
    with mailhost() as host:
        delivered = postman.deliver_due(database, sent_by(host, settings))

    states = list(db.exec(select(Letter.state)))
    assert (delivered, states, restored.held(db, settings)) == (Delivered(), [LetterState.CANCELLED] * 3, None)
    assert bulk.is_due(db, clock.now()) is False


def test_the_database_of_another_site_asks_first(database: Database, db: Session, settings: Settings) -> None:
    restored.forward(db, settings, clock.now() - timedelta(days=1))
    queue(db, 2)
    elsewhere = settings.model_copy(update={"base_url": "https://proef.example.org"})

    with mailhost() as host:
        delivered = postman.deliver_due(database, sent_by(host, elsewhere))

    held = restored.held(db, elsewhere)
    assert (delivered, held and held[1:]) == (Delivered(), (HeldBecause.MOVED, 2, 0))


def test_an_administrator_sees_what_waits_and_decides(
    db: Session, settings: Settings, people: People, signed_in: SignIn
) -> None:
    restored.remember(settings, restored.forward(db, settings, clock.now()), clock.now())
    queue(db, 1, in_mailing=2)
    page = "/beheer/mail/tegengehouden"
    administrator = signed_in(people.administrator)
    nothing = administrator.get(page)
    fall_behind(db)
    restored.forward(db, settings, clock.now())

    asks = administrator.get(page)
    about = administrator.get(f"/postvak/zendingen/{db.exec(select(Mailing.id)).one()}")
    may_not = signed_in(people.amsterdam).post(page, data={"besluit": "versturen"})
    administrator = signed_in(people.administrator)
    decided = administrator.post(page, data={"besluit": "houden"})
    after = administrator.get(page)
    twice = administrator.post(page, data={"besluit": "versturen"})

    assert "Er wordt niets tegengehouden" in nothing.text
    assert "3 mails wachten op jou" in asks.text
    assert "Een beheerder besluit of dit weggaat" in about.text
    assert may_not.status_code == 403
    assert (decided.status_code, "3 mails worden niet verstuurd." in after.text) == (303, True)
    assert (twice.status_code, "Iemand heeft dit al besloten" in twice.text) == (422, True)
