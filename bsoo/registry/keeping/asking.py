"""Asking people once a year whether their details are right: in one mailing, or some every working day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, exists, func
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.links import Purpose, tokens_for
from bsoo.logbook import note
from bsoo.mail import outbox, purposes
from bsoo.mail.models import Mailing
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.purposes import MailStop
from bsoo.regions import Region
from bsoo.registry.conditions import STALE_AFTER, has_left, is_member, is_stale
from bsoo.registry.keeping import unasked
from bsoo.registry.keeping.confirmations import Confirmation, ConfirmationRule
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation
from bsoo.registry.rows import Columns, columns

LETTER, REMINDER = "confirm_details", "confirm_reminder"
REMIND_AFTER = timedelta(days=14)
REMIND_UNTIL = timedelta(days=60)
"""After this somebody is no longer reminded of what they were asked."""
WORKING_DAYS = 200
"""The days of a year over which the questions of a region are spread."""
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody to write to, with what the letter shows of them."""

    contact_id: UUID
    name: str
    called: str
    language: str
    address: str
    organisation: str


def due(db: Session, actor: Actor, region_id: UUID, most: int | None = None) -> list[Asked]:
    """Who can be asked now, the longest unconfirmed first.

    Not who was confirmed or asked in the last year, has left, wants no such mail, or cannot be written to.
    """
    require(actor, Permission.INVITE, region_id)
    asked = exists().where(
        col(Confirmation.contact_id) == Contact.id, col(Confirmation.asked_at) > clock.now() - STALE_AFTER
    )
    question = (
        _people(region_id)
        .where(is_stale(clock.today()), ~asked.correlate_except(Confirmation))
        .order_by(col(Membership.confirmed_on).is_not(None), col(Membership.confirmed_on), col(Contact.sort_name))
    )
    return _read(db, question)[:most]


def number_due(db: Session, actor: Actor, region_id: UUID) -> int:
    return len(due(db, actor, region_id))


def ask(db: Session, actor: Actor, region: Region, contact_ids: Sequence[UUID] | None = None) -> Mailing | None:
    """Ask everybody whose turn it is, or some of them; nobody means that nothing happens."""
    require(actor, Permission.INVITE, region.id)
    # Two who press at once take turns here.
    db.exec(select(Region.id).where(Region.id == region.id).with_for_update()).one()
    people = [one for one in due(db, actor, region.id) if contact_ids is None or one.contact_id in contact_ids]
    if not people:
        return None
    made = {one.contact_id: Confirmation(contact_id=one.contact_id, region_id=region.id) for one in people}
    db.add_all(made.values())
    note(db, actor, "contacts.asked", region, region.id, people=len(people))
    db.flush()
    left_out = unasked.of_region(db, actor, region.id, set(made), whole=contact_ids is None)
    mailing = outbox.start_mailing(db, actor.id, LETTER, region.id, None, len(people), left_out=left_out)
    _write(db, actor, region, people, {one: row.id for one, row in made.items()}, mailing)
    return mailing


def is_automatic(db: Session, actor: Actor, region_id: UUID) -> bool:
    require(actor, Permission.VIEW_REGISTRY, region_id)
    found = select(ConfirmationRule.is_automatic).where(ConfirmationRule.region_id == region_id)
    return db.exec(found).first() or False


def let_run(db: Session, actor: Actor, region: Region, *, automatic: bool) -> None:
    """Let the questions go by themselves, spread over the year, or not."""
    require(actor, Permission.INVITE, region.id)
    rule = db.exec(select(ConfirmationRule).where(ConfirmationRule.region_id == region.id)).first()
    rule = rule or ConfirmationRule(region_id=region.id)
    rule.is_automatic, rule.changed_at = automatic, clock.now()
    db.add(rule)
    note(db, actor, "contacts.asking", region, region.id, automatic=automatic)
    db.flush()


def ask_due(db: Session, actor: Actor) -> int:
    """The daily turn: remind once who did not answer, and ask some more where a coordinator switched that on."""
    require(actor, Permission.ADMINISTER)
    if clock.today().weekday() >= SATURDAY:
        return 0
    letters = sum(_remind(db, actor, region) for region in db.exec(select(Region).order_by(col(Region.position))))
    running = select(Region).join(ConfirmationRule).where(col(ConfirmationRule.is_automatic))
    for region in db.exec(running.order_by(col(Region.position))).all():
        some = due(db, actor, region.id, a_day(number_of_members(db, actor, region.id)))
        mailing = ask(db, actor, region, [one.contact_id for one in some])
        letters += mailing.total if mailing is not None else 0
    return letters


def a_day(members: int) -> int:
    """How many a day, so that everybody has had a turn within a year of working days."""
    return -(-members // WORKING_DAYS)


def number_of_members(db: Session, actor: Actor, region_id: UUID) -> int:
    require(actor, Permission.VIEW_REGISTRY, region_id)
    members = select(func.count()).select_from(Membership).where(Membership.region_id == region_id, is_member())
    return db.exec(members).one()


def _remind(db: Session, actor: Actor, region: Region) -> int:
    """One reminder, to who has not confirmed or answered since."""
    now = clock.now()
    open_ones = db.exec(
        select(Confirmation)
        .where(
            Confirmation.region_id == region.id,
            col(Confirmation.reminded_at).is_(None),
            Confirmation.asked_at <= now - REMIND_AFTER,
            Confirmation.asked_at > now - REMIND_UNTIL,
        )
        .with_for_update(skip_locked=True)
    ).all()
    mine = {one.contact_id: one for one in open_ones}
    silent = _read(db, _people(region.id).where(col(Contact.id).in_(list(mine)), is_stale(clock.today())))
    for one in open_ones:
        one.reminded_at = now
        db.add(one)
    ids = {one.contact_id: mine[one.contact_id].id for one in silent}
    if silent:
        left_out = unasked.of_open(db, actor, region.id, set(mine) - set(ids))
        mailing = outbox.start_mailing(db, actor.id, REMINDER, region.id, None, len(silent), left_out=left_out)
        _write(db, actor, region, silent, ids, mailing)
    return len(silent)


def _people(region_id: UUID) -> Columns:
    """Everybody of a region who can be written to about this."""
    stopped = exists().where(
        col(MailStop.contact_id) == Contact.id, col(MailStop.purpose) == purposes.Purpose.CONFIRMATIONS
    )
    return (
        columns(
            Contact.id,
            Contact.display_name,
            Contact.given_name,
            Contact.language,
            Address.email,
            func.coalesce(col(Organisation.name), ""),
        )
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .join(Address, and_(col(Address.contact_id) == Contact.id, col(Address.is_used)))
        .outerjoin(Affiliation, and_(col(Affiliation.contact_id) == Contact.id, col(Affiliation.ended_on).is_(None)))
        .outerjoin(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(
            col(Membership.region_id) == region_id,
            is_member(),
            col(Membership.stopped_at).is_(None),
            col(Contact.archived_at).is_(None),
            col(Address.bounced_at).is_(None),
            ~has_left(col(Contact.id)),
            ~stopped.correlate_except(MailStop),
        )
    )


def _read(db: Session, question: Columns) -> list[Asked]:
    """One line a person, also who has two positions."""
    found: dict[UUID, Asked] = {}
    for row in db.execute(question):
        found.setdefault(row[0], Asked(*row))
    return list(found.values())


def _write(
    db: Session,
    actor: Actor,
    region: Region,
    people: Sequence[Asked],
    ids: dict[UUID, UUID],
    mailing: Mailing,
) -> None:
    """One letter each; asking and reminding are written once for each question, whatever runs twice."""
    own = tokens_for(db, Purpose.OWN_PAGE, {one.contact_id: one.contact_id for one in people})
    why, part = ("asked", ":reminder") if mailing.letter == REMINDER else ("unconfirmed", "")
    outbox.queue_many(
        db,
        [
            Draft(
                mailing.letter,
                Recipient(one.address, one.name, one.language, one.contact_id),
                f"{LETTER}:{ids[one.contact_id]}{part}",
                {
                    "called": one.called,
                    "signed_by": actor.name if actor.is_staff else "",
                    "page": f"/mijn/{own[one.contact_id]}/gegevens",
                    "own_page": f"/mijn/{own[one.contact_id]}",
                    "stop": f"/u/afmelden/{own[one.contact_id]}",
                    "organisation": one.organisation,
                },
                region_id=region.id,
                mailing_id=mailing.id,
                why=why,
            )
            for one in people
        ],
    )
