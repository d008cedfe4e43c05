"""Mail that came back on the invitations: addresses that are gone, an absence, a question, a colleague's calendar."""

from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.demo.texts import read
from bsoo.house import house
from bsoo.i18n import speaking
from bsoo.mail.models import Incoming, Letter, LetterState
from bsoo.mail.returning.sorting import sort
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.meetings.receiving import receive
from bsoo.meetings.refusals import judge_refused
from bsoo.templating import day_month

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Agenda//NL
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{at:%Y%m%dT%H%M%SZ}
SEQUENCE:0
DTSTART:{starts:%Y%m%dT%H%M%SZ}
ORGANIZER:mailto:{organiser}
ATTENDEE;PARTSTAT=ACCEPTED:mailto:{who}
SUMMARY:Overleg
END:VEVENT
END:VCALENDAR
"""


def arrive(db: Session, meeting: Meeting) -> None:
    """Sorted and acted upon as real mail is."""
    judge_refused(db, SYSTEM)
    for place, row in enumerate(db.exec(select(Incoming).order_by(col(Incoming.address)))):
        row.received_at -= timedelta(days=20, minutes=place)
    silent = _letters_to_the_silent(db, meeting)
    texts = read("incoming")
    with speaking("nl"):
        back = day_month(clock.today() + timedelta(days=9))
    for letter, text in zip(silent, texts["mails"], strict=False):
        mail = _mail(letter, text["from"].format(address=letter.to_address), text["subject"])
        mail.set_content(text["text"].format(back=back))
        if text.get("automatic"):
            mail["Auto-Submitted"] = "auto-replied"
        if text.get("calendar"):
            mail.add_alternative(_answer(mail["From"], meeting), subtype="calendar", params={"method": "REPLY"})
        raw = mail.as_bytes()
        for row in receive(db, SYSTEM, raw, sort(raw, clock.today()), house=house().mail_from):
            row.received_at -= timedelta(hours=text["hours_ago"])


def _letters_to_the_silent(db: Session, meeting: Meeting) -> list[Letter]:
    query = (
        select(Letter)
        .join(Invitation, col(Invitation.contact_id) == col(Letter.contact_id))
        .where(Letter.meeting_id == meeting.id, Invitation.meeting_id == meeting.id)
        .where(Invitation.answer == Answer.SILENT, Letter.state != LetterState.REFUSED)
    )
    return list(db.exec(query.order_by(col(Letter.to_address)).limit(len(read("incoming")["mails"]))))


def _mail(letter: Letter, sender: str, subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, house().mail_from, subject
    mail["Date"] = format_datetime(clock.now() - timedelta(hours=5))
    mail["Message-ID"] = f"<{letter.id}.reply@kantoor.example.org>"
    mail["In-Reply-To"] = letter.message_id
    return mail


def _answer(sender: str, meeting: Meeting) -> str:
    starts = datetime.combine(meeting.on, time(12, 0))
    return CALENDAR.format(
        uid=meeting.calendar_uid, at=clock.now(), starts=starts, organiser=house().mail_from, who=sender
    )
