"""The letters about a meeting; each is queued in the transaction that causes it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from uuid import UUID

from sqlalchemy import select as columns
from sqlalchemy import update
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.house import house
from bsoo.i18n import DEFAULT, LANGUAGES, speaking
from bsoo.mail import outbox
from bsoo.mail.letter_facts import AgendaLine, MeetingFacts
from bsoo.mail.models import Mailing
from bsoo.mail.outbox import Draft
from bsoo.meetings import calendar, ical
from bsoo.meetings.agenda import boxes
from bsoo.meetings.entries import entry_of, facts_of
from bsoo.meetings.ical import Attendee, Method, Partstat
from bsoo.meetings.models import COMING, AgendaItem, Answer, Invitation, Meeting, Origin, TextLevel
from bsoo.meetings.readers import Reader
from bsoo.regions import Region


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of a meeting means to those who hear of it."""

    before: MeetingFacts
    asks_again: bool
    note: str = ""
    knowing: frozenset[UUID] = frozenset()
    """Contacts who never heard of what it was before."""


@dataclass(frozen=True)
class Post:
    """The letters of one meeting: who signs, the facts, and the calendar part in each reader's language."""

    db: Session
    actor: Actor
    region: Region
    meeting: Meeting

    def invite(
        self, to: Iterable[Reader], mailing: Mailing | None, *, is_again: bool = False, why: str = "regular"
    ) -> int:
        """The invitation with its calendar entry; one for each contact and meeting, whatever is pressed.

        `is_again` is for who was un-invited in between.
        """
        facts = self._invitation_facts()
        part = f":{clock.now():%Y%m%d%H%M%S}" if is_again else ""
        return self._queue(
            "invitation",
            self._raised(to) if is_again else to,
            mailing,
            part,
            lambda reader: {**facts, **self._asking(reader)},
            Method.REQUEST,
            why=why,
        )

    def remind(self, to: Iterable[Reader], number: int, mailing: Mailing) -> int:
        """The reminder has no calendar part: the same entry again would only make noise (RFC 5546, 3.2.2.7)."""
        facts = {**self._invitation_facts(), "number": number}
        part = f":{self.meeting.sequence}.{number}"
        return self._queue(
            "reminder", to, mailing, part, lambda reader: {**facts, **self._asking(reader)}, None, why="silent"
        )

    def changed(self, to: Iterable[Reader], mailing: Mailing, change: Change) -> int:
        """Tell what changed, with an update for the calendar; an unchanged SEQUENCE keeps the answers."""
        facts = {"before": change.before, "asks_again": change.asks_again, "note": change.note}
        part = f":{self.meeting.sequence}:{self.meeting.revision}"
        return self._queue(
            "meeting_changed",
            to,
            mailing,
            part,
            lambda reader: {**facts, "page": reader.page},
            Method.REQUEST,
            why="invited" if change.asks_again else "coming",
        )

    def cancelled(self, to: Iterable[Reader], mailing: Mailing, note: str) -> int:
        return self._queue(
            "meeting_cancelled", to, mailing, "", lambda _reader: {"note": note}, Method.CANCEL, why="invited"
        )

    def uninvited(self, to: Iterable[Reader], note: str) -> int:
        part, told = f":{clock.now():%Y%m%d%H%M%S}", self._raised(to)
        return self._queue("uninvited", told, None, part, lambda _reader: {"note": note}, Method.CANCEL, whole=False)

    def confirmed(self, reader: Reader, answer_id: UUID, *, from_calendar: bool = False) -> int:
        """Say which answer was noted, with a calendar entry that says so too; whoever answered there has it already."""
        facts = {
            "page": reader.page,
            "answer": str(reader.answer),
            "colleague_name": reader.colleague_name,
            "online_link": self.meeting.online_link if reader.answer is Answer.ONLINE else "",
        }
        method = None if from_calendar else Method.REQUEST
        return self._queue("answer_confirmed", [reader], None, f":{answer_id}", lambda _reader: facts, method)

    def agenda(self, to: Iterable[Reader], mailing: Mailing) -> int:
        """The agenda for who comes; the online link only for who comes online."""
        lines = agenda_lines(self.db, self.actor, self.meeting)
        part = f":{mailing.id}"

        def facts(reader: Reader) -> dict[str, object]:
            link = self.meeting.online_link if reader.answer is Answer.ONLINE else ""
            return {"page": reader.page, "agenda": lines, "online_link": link}

        return self._queue("agenda", to, mailing, part, facts, None, why="coming")

    def example(self, called: str, organisation: str, language: str) -> dict[str, object]:
        """The facts of an invitation for somebody who is not invited yet, to look at; its links open nothing."""
        page = "/u/voorbeeld"
        asking = {"page": page, **_three_answers(page), **self._words(language)}
        asking |= {"organisation": organisation, "stands_in_for": ""}
        common = {"called": called, "own_page": page, "stop": page, "signed_by": self.actor.name}
        return {"meeting": facts_of(self.region, self.meeting), **common, **self._invitation_facts(), **asking}

    def _raised(self, to: Iterable[Reader]) -> list[Reader]:
        """With a SEQUENCE of their own above the meeting's: each CANCEL rises, and so does what comes after it
        (RFC 5546, 2.1.4), while nobody else's calendar is concerned."""
        told = [replace(reader, sequence_ahead=reader.sequence_ahead + 1) for reader in to]
        theirs = col(Invitation.id).in_([reader.invitation_id for reader in told])
        self.db.execute(update(Invitation).where(theirs).values(sequence_ahead=col(Invitation.sequence_ahead) + 1))
        return told

    def _queue(
        self,
        name: str,
        to: Iterable[Reader],
        mailing: Mailing | None,
        part: str,
        facts: Callable[[Reader], Mapping[str, object]],
        method: Method | None,
        *,
        whole: bool = True,
        why: str = "",
    ) -> int:
        meeting = facts_of(self.region, self.meeting)
        signed_by = self.actor.name if self.actor.is_staff else ""
        calendars = _calendars(self.region, self.meeting, method, whole=whole)
        return outbox.queue_many(
            self.db,
            [
                Draft(
                    name,
                    reader.recipient,
                    key=f"{name}:{self.meeting.id}:{reader.contact_id}{part}",
                    context={"meeting": meeting, "signed_by": signed_by, **reader.common, **facts(reader)},
                    region_id=self.region.id,
                    meeting_id=self.meeting.id,
                    mailing_id=mailing.id if mailing is not None else None,
                    calendar=calendars(reader),
                    calendar_method=str(method) if method is not None else "",
                    why="stand-in" if why and reader.stands_in_for else why,
                )
                for reader in to
            ],
        )

    def _asking(self, reader: Reader) -> dict[str, object]:
        return {
            "page": reader.page,
            **_three_answers(reader.page),
            **self._words(reader.language),
            "organisation": reader.organisation,
            "stands_in_for": reader.stands_in_for,
        }

    def _words(self, language: str) -> dict[str, object]:
        """The coordinator's own words, in the language of the letter or not at all."""
        return {"introduction": self.meeting.introduction if language == DEFAULT else self.meeting.introduction_en}

    def _invitation_facts(self) -> dict[str, object]:
        until = calendar.signals_close(self.meeting.on)
        return {
            "online": bool(self.meeting.online_link),
            "agenda": agenda_lines(self.db, self.actor, self.meeting, topics=True),
            "signals_until": until if until >= clock.today() else None,
        }


def agenda_lines(db: Session, actor: Actor, meeting: Meeting, *, topics: bool = False) -> list[AgendaLine]:
    """The agenda as participants read it, with clock times; `topics` leaves out what is on every agenda."""
    require(actor, Permission.VIEW_NETWORK_TEXTS, meeting.region_id)
    rows = db.execute(
        columns(
            col(AgendaItem.title),
            col(AgendaItem.minutes),
            col(AgendaItem.presenter),
            col(AgendaItem.level),
            col(AgendaItem.origin),
        )
        .where(col(AgendaItem.meeting_id) == meeting.id)
        .order_by(col(AgendaItem.position), col(AgendaItem.id))
    ).all()
    return [
        {"at": box.starts, "title": title, "minutes": minutes, "presenter": presenter}
        for (title, minutes, presenter, level, origin), box in zip(
            rows, boxes(meeting.starts, [row[1] for row in rows]), strict=True
        )
        if level is not TextLevel.INTERNAL and not (topics and origin in {Origin.STANDING, Origin.PREVIOUS_MINUTES})
    ]


def _three_answers(page: str) -> dict[str, object]:
    """Three addresses that show an answer in front; none of them records it."""
    return {"yes": f"{page}?antwoord=ja", "no": f"{page}?antwoord=nee", "colleague": f"{page}?antwoord=vervanger"}


def _calendars(
    region: Region, meeting: Meeting, method: Method | None, *, whole: bool
) -> Callable[[Reader], bytes | None]:
    """Makes the calendar part for one reader; the entry itself is made once for each language."""
    now = clock.now()

    @cache
    def entry(language: str) -> ical.Entry:
        with speaking(language):
            return entry_of(region, meeting)

    def part(reader: Reader) -> bytes | None:
        if method is None:
            return None
        made = entry(reader.language if reader.language in LANGUAGES else LANGUAGES[0])
        made = replace(made, sequence=made.sequence + reader.sequence_ahead) if reader.sequence_ahead else made
        partstat = _partstat(reader.answer)
        asks = house().reads_answers and partstat is Partstat.NEEDS_ACTION
        attendee = Attendee(reader.name, reader.address, partstat, asks_reply=asks)
        if method is Method.REQUEST:
            return ical.request(made, attendee, now)
        return ical.cancel(made, attendee, now) if whole else ical.uninvite(made, attendee, now)

    return part


def _partstat(answer: Answer) -> Partstat:
    if answer in COMING:
        return Partstat.ACCEPTED
    return Partstat.NEEDS_ACTION if answer is Answer.SILENT else Partstat.DECLINED
