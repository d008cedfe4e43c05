"""Taking minutes: lines that are saved as they are typed, each once, and never over somebody else's change."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Conflict, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.meetings.models import AgendaItem, Meeting, TextLevel
from bsoo.minutes import days
from bsoo.minutes.guarding import refuse_personal_data
from bsoo.minutes.models import Action, Block, BlockKind, Minutes, MinutesState
from bsoo.minutes.owners import Owner, owner_named
from bsoo.minutes.shorthand import kind_and_text

LONGEST_LINE = 4000
LONGEST_SUMMARY = 2000


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as it was typed: `who` and `before` only say something for an action."""

    text: str
    kind: BlockKind = BlockKind.INFORMATION
    level: TextLevel = TextLevel.PARTICIPANTS
    who: str = ""
    before: str = ""


def start_minutes(db: Session, actor: Actor, meeting: Meeting) -> Minutes:
    """The minutes of a meeting, made when they are not there yet."""
    require(actor, Permission.WRITE_MINUTES, meeting.region_id)
    db.exec(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update()).one()
    known = db.exec(select(Minutes).where(Minutes.meeting_id == meeting.id)).first()
    if known is not None:
        return known
    minutes = Minutes(meeting_id=meeting.id, region_id=meeting.region_id, started_at=clock.now())
    db.add(minutes)
    note(db, actor, "minutes.started", minutes, minutes.region_id)
    db.flush()
    return minutes


def add_block(
    db: Session, actor: Actor, minutes: Minutes, typed: Typed, *, client_key: str, agenda_item_id: UUID | None = None
) -> Block:
    """Write a line; the same form sent twice writes it once."""
    require(actor, Permission.WRITE_MINUTES, minutes.region_id)
    # Two writers take turns, so that keys, positions and numbers are given once (SQLite lets one writer in anyway).
    db.exec(select(Minutes.id).where(Minutes.id == minutes.id).with_for_update()).one()
    known = db.exec(select(Block).where(Block.minutes_id == minutes.id, Block.client_key == client_key)).first()
    if known is not None:
        return known
    if agenda_item_id is not None:
        _require_item(db, minutes, agenda_item_id)
    line = _checked(db, actor, minutes, typed)
    due_on = _checked_day(line)
    now = clock.now()
    block = Block(
        minutes_id=minutes.id,
        agenda_item_id=agenda_item_id,
        position=_next_position(db, minutes),
        kind=line.kind,
        level=line.level,
        text=line.text,
        client_key=client_key[:60],
        created_at=now,
        updated_at=now,
    )
    db.add(block)
    db.flush()
    if line.kind is BlockKind.ACTION:
        _keep_action(db, actor, minutes, block, line.who, due_on)
    note(db, actor, "block.added", block, minutes.region_id, kind=str(line.kind))
    return block


def change_block(db: Session, actor: Actor, block: Block, typed: Typed, *, revision: int) -> None:
    """Change a line that is still as the writer saw it; else nothing changes and both texts are shown."""
    minutes = _minutes_of(db, block)
    require(actor, Permission.WRITE_MINUTES, minutes.region_id)
    if block.removed_at is not None:
        raise NotFound
    if block.revision != revision:
        raise Conflict(_("Somebody else changed this line in between. Choose which text stays."), field="text")
    line = _checked(db, actor, minutes, typed)
    due_on = _checked_day(line)
    block.text, block.kind, block.level = line.text, line.kind, line.level
    block.revision += 1
    block.updated_at = clock.now()
    db.add(block)
    if line.kind is BlockKind.ACTION:
        _keep_action(db, actor, minutes, block, line.who, due_on)
    note(db, actor, "block.changed", block, minutes.region_id)
    db.flush()


def remove_block(db: Session, actor: Actor, block: Block) -> None:
    """Take a line out; its action no longer counts, and its number is never given again."""
    minutes = _minutes_of(db, block)
    require(actor, Permission.WRITE_MINUTES, minutes.region_id)
    if block.removed_at is None:
        block.removed_at = clock.now()
        block.revision += 1
        db.add(block)
        note(db, actor, "block.removed", block, minutes.region_id)
        db.flush()


def restore_block(db: Session, actor: Actor, block: Block) -> None:
    """Put a line back where it was."""
    minutes = _minutes_of(db, block)
    require(actor, Permission.WRITE_MINUTES, minutes.region_id)
    if block.removed_at is not None:
        block.removed_at = None
        block.revision += 1
        db.add(block)
        note(db, actor, "block.restored", block, minutes.region_id)
        db.flush()


def change_summary(db: Session, actor: Actor, minutes: Minutes, *, text: str, revision: int) -> None:
    """Write the short version that comes first; it is public."""
    require(actor, Permission.WRITE_MINUTES, minutes.region_id)
    if minutes.revision != revision:
        raise Conflict(_("Somebody else changed the summary in between. Choose which text stays."), field="summary")
    if len(text) > LONGEST_SUMMARY:
        raise Refused(_("This is too long. Use at most %(count)s characters.", count=LONGEST_SUMMARY), field="summary")
    refuse_personal_data(db, actor, minutes.region_id, text, TextLevel.PUBLIC, field="summary")
    minutes.summary = text.strip()
    minutes.revision += 1
    db.add(minutes)
    note(db, actor, "minutes.summary_changed", minutes, minutes.region_id)
    db.flush()


def adopt(db: Session, actor: Actor, minutes: Minutes, *, on: date) -> None:
    """The meeting agreed that these are the minutes; what is not published cannot be adopted."""
    require(actor, Permission.WRITE_MINUTES, minutes.region_id)
    if minutes.state is MinutesState.DRAFT:
        raise Refused(_("Publish the minutes first. Then those who were there can approve them."))
    minutes.state = MinutesState.ADOPTED
    minutes.adopted_on = on
    db.add(minutes)
    note(db, actor, "minutes.adopted", minutes, minutes.region_id)
    db.flush()


def _checked(db: Session, actor: Actor, minutes: Minutes, typed: Typed) -> Typed:
    """The line with its shorthand read, refused when it is empty, too long, or points at a person."""
    kind, text = kind_and_text(typed.text, typed.kind)
    if not text:
        raise Refused(_("Write a line first."), field="text")
    if len(text) > LONGEST_LINE:
        raise Refused(_("This is too long. Use at most %(count)s characters.", count=LONGEST_LINE), field="text")
    refuse_personal_data(db, actor, minutes.region_id, text, typed.level)
    return Typed(text, kind, typed.level, typed.who, typed.before)


def _checked_day(line: Typed) -> date | None:
    said = line.before.strip()
    if line.kind is not BlockKind.ACTION or not said or said.casefold() in days.ONGOING:
        return None
    day = days.understood(said, clock.today())
    if day is None:
        raise Refused(
            _("This day is not clear. Write it like 18 December, Friday or in two weeks."),
            field="before",
        )
    return day


def _keep_action(db: Session, actor: Actor, minutes: Minutes, block: Block, who: str, due_on: date | None) -> None:
    """The action of a line, made once and then kept as the line says."""
    action = db.exec(select(Action).where(Action.block_id == block.id)).first()
    if action is None:
        action = Action(
            region_id=minutes.region_id,
            meeting_id=minutes.meeting_id,
            block_id=block.id,
            number=_next_number(db, minutes.meeting_id),
            text=block.text[:2000],
            created_at=clock.now(),
        )
    owner = owner_named(db, actor, minutes.region_id, who)
    action.text = block.text[:2000]
    _give_to(action, owner)
    action.due_on = due_on
    db.add(action)
    db.flush()


def _give_to(action: Action, owner: Owner) -> None:
    action.owner_name = owner.name[:200]
    action.owner_contact_id = owner.contact_id
    action.owner_organisation_id = owner.organisation_id


def _next_number(db: Session, meeting_id: UUID) -> int:
    highest = db.exec(select(func.max(Action.number)).where(Action.meeting_id == meeting_id)).one()
    return (highest or 0) + 1


def _next_position(db: Session, minutes: Minutes) -> int:
    last = select(Block.position).where(Block.minutes_id == minutes.id).order_by(col(Block.position).desc())
    highest = db.exec(last).first()
    return 0 if highest is None else highest + 1


def _require_item(db: Session, minutes: Minutes, item_id: UUID) -> None:
    on_agenda = select(AgendaItem.id).where(AgendaItem.id == item_id, AgendaItem.meeting_id == minutes.meeting_id)
    if db.exec(on_agenda).first() is None:
        raise NotFound


def _minutes_of(db: Session, block: Block) -> Minutes:
    return db.exec(select(Minutes).where(col(Minutes.id) == block.minutes_id)).one()
