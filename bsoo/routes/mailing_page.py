"""One bulk mail on its page; of what htmx refreshes only that part is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.i18n import gettext as _
from bsoo.mail import desk, tempo
from bsoo.mail.bulk_views import MailingLine, Parts
from bsoo.mail.checkup import published
from bsoo.mail.desk import Wanted
from bsoo.mail.pace import Limits, sender_of
from bsoo.mail.tempo import Tempo, Words
from bsoo.mail.words import GROUPS, LETTER_WORDS, STATE_WORDS
from bsoo.meetings import mailing_views
from bsoo.meetings.mailing_views import About
from bsoo.meetings.words import ANSWERS, WHY_IN, WHY_OUT
from bsoo.routes.edge import UNTRIED, Tried, clean, identifier, my_regions, page_number, render, settings
from bsoo.routes.span import Span

SOON = 600
"""Seconds that are counted down; a moment further ahead is a date."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a mailing stands: its numbers, how fast it goes and what the mail server says."""

    line: MailingLine
    tempo: Tempo
    words: Sequence[Words]
    cannot_sign: bool

    @property
    def seconds(self) -> int:
        """How long it can still be held; 0 when that is no matter of seconds."""
        left = (self.line.begins_at - clock.now()).total_seconds() if self.line.begins_at else 0
        return max(0, int(left)) if left <= SOON else 0


def mailing_page(
    request: Request,
    db: Session,
    actor: Actor,
    mailing_id: UUID,
    query: Mapping[str, str],
    *,
    tried: Tried = UNTRIED,
) -> Response:
    query = {"toestand": "", "q": "", "bladzijde": "1", **query}
    wanted = _wanted(mailing_id, query)
    about = mailing_views.about(db, actor, mailing_id, wanted.text)
    numbers = _numbers(about.found)
    return render(
        request,
        "outbox/mailing.html",
        actor=actor,
        tried=tried,
        about=about,
        line=about.line,
        stand=lambda: stand_of(request, db, about.line),
        region_names={region.id: region for region in my_regions(request)},
        query=query,
        groups=[(key, _(word), numbers[key]) for key, (word, _of) in GROUPS.items()],
        everybody=sum(numbers.values()),
        again={"onbestelbaar": about.refused_again, "onzeker": about.unsure_again},
        letters=lambda: mailing_views.letters(db, actor, about.line, wanted),
        absent=lambda: _absent(db, actor, about),
        span=Span(numbers.get(query["toestand"], sum(numbers.values())), wanted.page),
        letter_words=LETTER_WORDS,
        state_words=STATE_WORDS,
        answer_words=ANSWERS,
        why_in=WHY_IN,
        why_out=WHY_OUT,
    )


def stand_of(request: Request, db: Session, line: MailingLine) -> Stand:
    given = settings(request)
    limits = Limits(given.mail_per_minute, given.mail_per_day)
    fast, said = tempo.tempo(db, line, sender_of(given.smtp_url), limits, clock.now())
    return Stand(line, fast, said, cannot_sign=any(published.key(given)))


def chosen_letters(given: Sequence[str]) -> list[UUID]:
    return [identifier(one) for one in given[: desk.MOST_AGAIN]]


def _numbers(found: Parts) -> dict[str, int]:
    """How many letters each filter of the page finds."""
    return {
        "wacht": found.waiting,
        "verstuurd": found.sent,
        "onbestelbaar": found.refused,
        "onzeker": found.unknown,
        "niet": found.suppressed + found.cancelled,
    }


def _absent(db: Session, actor: Actor, about: About) -> list[tuple[str, list[mailing_views.Absent]]]:
    people = mailing_views.left_out(db, actor, about.line)
    return [(why, list(same)) for why, same in groupby(people, key=lambda one: one.why)]


def _wanted(mailing_id: UUID, query: Mapping[str, str]) -> Wanted:
    states = GROUPS.get(query["toestand"], ("", ()))[1]
    page = page_number(query["bladzijde"])
    return Wanted(states=states, mailing_id=mailing_id, text=clean(query["q"])[:100], page=page)
