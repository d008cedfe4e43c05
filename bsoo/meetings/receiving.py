"""What a mail that came in does: to the letter, the address, the answer, the timeline, and who must know.

A report only closes an address when it is about a letter that we wrote, which its return token or its number shows:
anybody can send a report about anybody.
"""

from uuid import UUID

from sqlmodel import Session, col, func, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.models import User
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import arrivals, blocking, inbox, kept_back, outbox
from bsoo.mail.models import Incoming, Letter, Outcome
from bsoo.mail.outbox import Recipient
from bsoo.mail.returning.kinds import About, Cause, Kind, Mail
from bsoo.meetings import calendar_answers
from bsoo.regions import Region
from bsoo.registry import reachability
from bsoo.registry.models import Address, Contact, Membership

PURPOSES_OF_LISTS = ("meetings", "publications")
"""What somebody who complains hears no more; an answer to what they do themselves still comes."""

SHOWN_OF_A_REPLY = 1500


def receive(db: Session, actor: Actor, raw: bytes, mail: Mail, *, house: str) -> list[Incoming]:
    """Act on one message as it was sorted; nothing when it was here before. `house` is our own mailbox.

    It comes sorted, because looking through somebody's text takes time in which nobody else could write.
    """
    require(actor, Permission.MANAGE_MAIL)
    rows = arrivals.record(db, mail, raw)
    letter = arrivals.letter_of(db, mail) if rows else None
    for row in rows:
        about = mail.about[row.place]
        _place(db, row, about, letter)
        _act(db, actor, row, mail, about, letter, house)
        db.add(row)
    db.flush()
    return rows


def not_a_bounce(db: Session, actor: Actor, row: Incoming) -> None:
    """Take a report back: the letter arrived after all, and the address is written to again."""
    require(actor, Permission.MANAGE_MAIL, row.region_id)
    letter = db.get(Letter, row.letter_id) if row.letter_id else None
    if letter is not None:
        arrivals.take_back(db, letter, _("Somebody said that this was no bounce."))
    reachability.release(db, actor, closed_address(db, actor, row), row.region_id, proof=blocking.NOT_A_BOUNCE)
    row.outcome = Outcome.TAKEN_BACK
    inbox.handle(db, row, actor.id)
    note(db, actor, "incoming.taken-back", row, row.region_id)


def closed_address(db: Session, actor: Actor, row: Incoming) -> str:
    """The address that a report is about: the one that we wrote to, whatever the report calls it."""
    require(actor, Permission.VIEW_MAIL, row.region_id)
    letter = db.get(Letter, row.letter_id) if row.letter_id else None
    return letter.to_address if letter is not None else row.address


def _place(db: Session, row: Incoming, about: About, letter: Letter | None) -> None:
    """Where a mail belongs: at the letter it is about, else at whoever wrote it."""
    if letter is not None and (row.place == 0 or letter.to_address in {about.address, about.original}):
        row.letter_id, row.meeting_id, row.region_id = letter.id, letter.meeting_id, letter.region_id
        row.contact_id = letter.contact_id
    if row.kind not in {Kind.BOUNCE, Kind.COMPLAINT} or row.contact_id is None:
        found = _contact_of(db, (row.address, row.sender))
        row.contact_id = found or row.contact_id
    if row.region_id is None and row.contact_id is not None:
        row.region_id = db.exec(
            select(Membership.region_id).where(Membership.contact_id == row.contact_id).order_by(col(Membership.id))
        ).first()


def _contact_of(db: Session, emails: tuple[str, ...]) -> UUID | None:
    return db.exec(select(Address.contact_id).where(col(Address.email).in_(emails))).first()


def _act(db: Session, actor: Actor, row: Incoming, mail: Mail, about: About, letter: Letter | None, house: str) -> None:
    if row.kind is Kind.BOUNCE:
        _bounced(db, actor, row, about, letter if row.letter_id else None)
    elif row.kind is Kind.COMPLAINT:
        _complained(db, actor, row, letter if row.letter_id else None)
        _tell(db, row, house)
    elif row.kind is Kind.CALENDAR_REPLY:
        calendar_answers.answered(db, actor, row, mail)
    elif row.kind is Kind.AUTO_REPLY:
        if row.away_until is not None:
            _note(db, actor, row, "contact.away", until=f"{row.away_until:%d-%m-%Y}")
        row.handled_at = clock.now()
    elif row.kind is Kind.RECEIPT or _is_ours(db, row.sender, house):
        row.handled_at = clock.now()
    else:
        _note(db, actor, row, "contact.wrote")
        _tell(db, row, house)


def _bounced(db: Session, actor: Actor, row: Incoming, about: About, letter: Letter | None) -> None:
    if letter is None:
        return
    if row.cause is Cause.DELAYED:
        arrivals.mark_waiting(db, letter, row.words)
        row.handled_at = clock.now()
        return
    arrivals.mark_returned(db, letter, row.words)
    if row.cause in {Cause.DEAD, Cause.FULL} and not _is_about(about, letter.to_address):
        row.cause = Cause.OTHER  # they forward their mail, and it stopped there: their own address lives
    db.add(row)
    db.flush()
    close_if_hopeless(db, actor, row, letter.to_address)


def close_if_hopeless(db: Session, actor: Actor, row: Incoming, address: str) -> None:
    """Close an address that is dead until somebody opens it; one that was full in several mailings for a while."""
    require(actor, Permission.MANAGE_MAIL)
    is_full = row.cause is Cause.FULL and arrivals.times_full(db, address) >= arrivals.FULL_TOO_OFTEN
    if row.cause is not Cause.DEAD and not is_full:
        return
    until = clock.now() + arrivals.FULL_CLOSED if is_full else None
    reachability.mark_dead(db, actor, address, row.words, row.region_id, until=until)
    row.outcome = Outcome.BLOCKED


def _is_about(about: About, wrote_to: str) -> bool:
    """Whether the mailbox that failed is the one that we wrote to, as their servers may call it.

    Another name, at the same house too, is somebody behind a group or a forward: info@ lives on when one of those who
    read it leaves.
    """
    failed, ours = about.address.lower(), wrote_to.lower()
    name, _at, host = ours.partition("@")
    return failed in {"", ours} or (failed.startswith(f"{name}@") and failed.endswith(f".{host}"))


def _complained(db: Session, actor: Actor, row: Incoming, letter: Letter | None) -> None:
    if letter is None:
        return
    for purpose in PURPOSES_OF_LISTS:
        blocking.block(db, letter.to_address, purpose=purpose, reason="complaint")
    kept_back.keep_back(db, func.lower(Letter.to_address) == letter.to_address.lower())
    row.outcome = Outcome.BLOCKED
    _note(db, actor, row, "contact.complained")


def _note(db: Session, actor: Actor, row: Incoming, verb: str, **facts: str) -> None:
    contact = db.get(Contact, row.contact_id) if row.contact_id else None
    if contact is not None:
        note(db, actor, verb, contact, row.region_id, **facts)


def _is_ours(db: Session, sender: str, house: str) -> bool:
    """Our own mailboxes and staff: no notice of a notice."""
    regions = select(Region.mail_address).where(Region.mail_address == sender)
    staff = select(User.email).where(User.email == sender)
    return sender == house.lower() or db.exec(regions).first() is not None or db.exec(staff).first() is not None


def _tell(db: Session, row: Incoming, house: str) -> None:
    """A notice to the coordinator's mailbox; of mail from strangers there is none, since most of it is advertising."""
    region = db.get(Region, row.region_id) if row.region_id else None
    if region is None:
        return
    outbox.queue(
        db,
        "mail_received",
        Recipient(region.mail_address or house, f"BSOO {region.name}"),
        key=f"mail_received:{row.id}",
        context={
            "name": row.sender_name or row.address or row.sender,
            "subject": row.subject,
            "words": row.words[:SHOWN_OF_A_REPLY],
            "is_complaint": row.kind is Kind.COMPLAINT,
            "page": f"/postvak-in/{row.id}",
        },
        region_id=region.id,
        meeting_id=row.meeting_id,
    )
