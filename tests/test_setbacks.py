"""A mail server in trouble: pauses that grow, a gentle start, and all connections again once it is calm."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st
from sqlmodel import Session

from bsoo.db import Database
from bsoo.mail import pace, postman, setbacks
from bsoo.mail.pace import Limits
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.mailhost import mailhost
from tests.posting import letters, send_by

At = Callable[[datetime], AbstractContextManager[None]]

HALF_A_MINUTE = timedelta(seconds=30)


def test_each_pause_is_twice_the_one_before_and_none_is_longer_than_half_an_hour(db: Session) -> None:
    moment, pauses = NOW, []
    for _setback in range(10):
        span = setbacks.hold(db, "smtp", HALF_A_MINUTE, moment)
        pauses.append(span.total_seconds() / 60)
        moment += span

    assert pauses == [0.5, 0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_connections_that_fail_together_are_one_setback(db: Session) -> None:
    first = setbacks.hold(db, "smtp", HALF_A_MINUTE, NOW)
    second = setbacks.hold(db, "smtp", HALF_A_MINUTE, NOW + timedelta(seconds=10))

    assert (first, second) == (HALF_A_MINUTE, timedelta(seconds=20))


def test_after_five_calm_minutes_it_begins_anew(db: Session) -> None:
    for minutes in (0, 1, 2, 4):
        long = setbacks.hold(db, "smtp", HALF_A_MINUTE, NOW + timedelta(minutes=minutes))

    calm = NOW + timedelta(minutes=4) + long + setbacks.CALM + timedelta(seconds=1)

    assert long == timedelta(minutes=4)
    assert setbacks.is_near(db, "smtp", calm - timedelta(seconds=1)) is True
    assert setbacks.is_near(db, "smtp", calm) is False
    assert setbacks.hold(db, "smtp", HALF_A_MINUTE, calm) == HALF_A_MINUTE


def test_a_server_that_lets_us_in_is_not_waited_for_but_one_that_finds_us_too_fast_is(db: Session) -> None:
    setbacks.hold(db, "silent", HALF_A_MINUTE, NOW)
    setbacks.hold(db, "busy", HALF_A_MINUTE, NOW, too_fast=True)

    rooms = []
    for sender in ("silent", "busy"):
        setbacks.end(db, sender, NOW)
        rooms.append(pace.room(db, sender, Limits(), NOW, 7))

    assert rooms == [7, 0]


@rules(max_examples=25)
@given(st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_pause_never_leaves_its_bounds(lasted: timedelta) -> None:
    assert HALF_A_MINUTE <= setbacks.pause(lasted, HALF_A_MINUTE) <= setbacks.LONGEST


def test_each_time_that_we_go_too_fast_letters_go_half_as_fast_and_slowly_faster_again(db: Session) -> None:
    moment, rates = NOW, []
    for _setback in range(5):
        moment += setbacks.hold(db, "smtp", HALF_A_MINUTE, moment, too_fast=True)
        rates.append(setbacks.slowly(db, "smtp", moment))

    grown = [setbacks.slowly(db, "smtp", moment + n * setbacks.DOUBLES) for n in (1, 2, 6, 7)]

    assert rates == [30, 15, 7.5, 5, 5]
    assert grown == [10, 20, 320, None]


def test_a_server_that_cannot_be_reached_says_nothing_about_how_fast_we_go(db: Session) -> None:
    setbacks.hold(db, "smtp", HALF_A_MINUTE, NOW)

    assert setbacks.slowly(db, "smtp", NOW + HALF_A_MINUTE) is None


def test_the_limit_that_is_set_holds_when_it_is_the_lower_one() -> None:
    assert setbacks.allowed(Limits(30, 10_000), 20.0) == Limits(20, 10_000)
    assert setbacks.allowed(Limits(30, 10_000), 40.0) == Limits(30, 10_000)
    assert setbacks.allowed(Limits(), 40.5) == Limits(40)
    assert setbacks.allowed(Limits(30), None) == Limits(30)


def test_after_too_fast_letters_go_over_one_connection_and_no_faster_than_half(
    database: Database, db: Session, settings: Settings, frozen: At
) -> None:
    letters(db, 30)
    complaints = iter(["450 4.7.1 too many messages, slow down"])
    minutes = [NOW + timedelta(minutes=n) for n in (2, 2.5, 3)]

    with mailhost(lambda stage, _to: next(complaints, "") if stage == "rcpt" else "") as host:
        first = postman.deliver_due(database, send_by(host, settings))
        before, host.most_open = host.most_open, 0
        slowly = []
        for moment in minutes:
            with frozen(moment):
                slowly.append(postman.deliver_due(database, send_by(host, settings)).accepted)
        gently, host.most_open = host.most_open, 0
        letters(db, 39)
        with frozen(NOW + timedelta(minutes=120)):
            last = postman.deliver_due(database, send_by(host, settings))

    assert (first.deferred, slowly) == (1, [5, 5, 5])
    assert first.accepted + sum(slowly) + last.accepted == 39
    assert (before, gently, host.most_open) == (3, 1, 3)
