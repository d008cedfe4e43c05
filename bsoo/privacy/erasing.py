"""To be forgotten (AVG article 17): first what would happen, then all of it in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table, delete, update
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import entry
from bsoo.mail import blocking
from bsoo.meetings.models import Invitation, Meeting
from bsoo.privacy import finding, sealing
from bsoo.privacy.finding import Find
from bsoo.privacy.map import CONTACT
from bsoo.privacy.places import Fate, Place
from bsoo.privacy.reaching import Held, Person, contact_as_person, key_of, reached, table_of
from bsoo.regions import Region
from bsoo.registry import queries
from bsoo.registry.doubles.both import region_of, require_everywhere
from bsoo.registry.models import Contact, Membership
from bsoo.registry.rows import columns

_SAME_AS_TYPED = str.casefold


@dataclass(frozen=True)
class Forgetting:
    """What erasing somebody comes to."""

    person: Person
    held: list[Held]
    finds: list[Find]
    recorded: Mapping[str, list[object]]
    """Rows about others in which the program kept something about this person."""

    @property
    def lines(self) -> list[tuple[Place, int]]:
        """How many rows of each place, where there are any."""
        return [(held.place, len(held.rows)) for held in self.held if held.rows]


def planned(db: Session, actor: Actor, contact_id: UUID) -> Forgetting:
    """All that erasing a contact would do; nothing changes."""
    contact = queries.contact(db, actor, contact_id)
    require_everywhere(db, actor, Contact, [contact.id])
    return _planned(db, actor, contact)


def erase(db: Session, actor: Actor, contact_id: UUID, *, typed_name: str, chosen: Collection[str]) -> int:
    """Forget a contact, everywhere; `chosen` are the texts (Find.code) to take the name out of.

    Only keyed hashes of the addresses stay, so that no list brings them back. Says how many rows it touched.
    """
    contact = queries.contact(db, actor, contact_id)
    require_everywhere(db, actor, Contact, [contact.id])
    if _SAME_AS_TYPED(" ".join(typed_name.split())) != _SAME_AS_TYPED(contact.display_name):
        raise Refused(_("Type the name exactly as it stands above, so that nobody is erased by mistake."), "name")
    forgetting = _planned(db, actor, contact)
    region_id = region_of(db, actor, Contact, contact.id)
    with sealing.lawful(db, actor):
        touched = _forget(db, actor, forgetting, [find for find in forgetting.finds if find.code in chosen])
    for email in sorted(forgetting.person.needles.emails):
        blocking.block(db, email, reason="erased")
    # A line about nobody: an id that was never anybody's.
    left = len(forgetting.finds) - len(chosen)
    db.add(entry(actor, "contact.erased", "erasure", clock.new_id(), region_id, rows=touched, texts_left=max(left, 0)))
    db.flush()
    return touched


def let_go(db: Session, actor: Actor, contact_id: UUID) -> int:
    """Forget a contact whose time is over; nobody asked for it, so the address may come back and texts stay."""
    contact = queries.contact(db, actor, contact_id)
    require_everywhere(db, actor, Contact, [contact.id])
    return _forget(db, actor, _planned(db, actor, contact), [])


def elsewhere(db: Session, actor: Actor, contact_id: UUID, mine: Collection[UUID] | None) -> list[str]:
    """The regions of a contact for which somebody else must be asked."""
    asked = (
        select(Region.id, Region.name)
        .join(Membership, col(Membership.region_id) == Region.id)
        .where(Membership.contact_id == contact_id)
    )
    return [name for region_id, name in db.exec(asked) if mine is not None and region_id not in mine]


# --- parts of the above -----------------------------------------------------------------------------------------------


def _planned(db: Session, actor: Actor, contact: Contact) -> Forgetting:
    person = contact_as_person(db, actor, contact)
    held = reached(db, actor, person, CONTACT)
    going: dict[str, set[object]] = {}
    for one in held:
        if one.place.fate is Fate.DELETED:
            going.setdefault(one.place.table, set()).update(one.ids)
    blanked = {
        (one.place.table, key, name)
        for one in held
        for key in one.ids
        for name in one.place.blank
        if one.place.fate is Fate.NAMELESS
    }
    finds = [
        find for find in finding.finds(db, actor, person, going) if (find.table, find.key, find.column) not in blanked
    ]
    return Forgetting(person, held, finds, finding.recorded(db, actor, person, going))


def _forget(db: Session, actor: Actor, forgetting: Forgetting, chosen: Collection[Find]) -> int:
    db.flush()
    db.expunge_all()
    finding.take_out(db, actor, forgetting.person, chosen)
    finding.clean(db, actor, forgetting.person, forgetting.recorded)
    _make_nobody_of(db, forgetting.person)
    for held in forgetting.held:
        if held.place.fate is Fate.NAMELESS and held.rows:
            _blank(db, held)
    tables = list(reversed(table_of("contact").metadata.sorted_tables))
    deleted = [held for held in forgetting.held if held.place.fate is Fate.DELETED and held.rows]
    for held in sorted(deleted, key=lambda held: tables.index(table_of(held.place.table))):
        table = table_of(held.place.table)
        db.connection().execute(delete(table).where(key_of(table).in_(held.ids)))
    db.expire_all()
    return sum(len(held.rows) for held in forgetting.held if held.place.fate is not Fate.KEPT)


def _blank(db: Session, held: Held) -> None:
    table = table_of(held.place.table)
    values = {name: _value(table, value) for name, value in held.place.blank.items()}
    db.connection().execute(update(table).where(key_of(table).in_(held.ids)).values(values))


def _value(table: Table, value: object) -> object:
    return value(table) if callable(value) else value


def _make_nobody_of(db: Session, person: Person) -> None:
    """Meetings that were held keep their numbers: each invitation and place at the table goes to its own nobody.

    One nobody for each meeting, so that nothing tells that they were the same person.
    """
    invitation, attendance = table_of("invitation"), table_of("attendance")
    asked = (
        columns(Invitation.id, Invitation.meeting_id, Meeting.on)
        .join(Meeting, col(Meeting.id) == Invitation.meeting_id)
        .where(col(Invitation.contact_id) == person.id)
    )
    for invitation_id, meeting_id, on in db.execute(asked).all():
        if on > clock.today():
            substitutes = update(invitation).where(invitation.c.stands_in_for == invitation_id)
            db.connection().execute(substitutes.values(stands_in_for=None))
            db.connection().execute(delete(invitation).where(invitation.c.id == invitation_id))
            continue
        nobody = Contact(display_name="–", sort_name="", archived_at=clock.now())
        db.add(nobody)
        db.flush()
        db.connection().execute(update(invitation).where(invitation.c.id == invitation_id).values(contact_id=nobody.id))
        sat = (attendance.c.meeting_id == meeting_id) & (attendance.c.contact_id == person.id)
        db.connection().execute(update(attendance).where(sat).values(contact_id=nobody.id))
    rest = update(attendance).where(attendance.c.contact_id == person.id)
    db.connection().execute(rest.values(contact_id=None))
