"""The minutes of a closed quarter: agenda topics with lines, decisions and actions, and how the actions went."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.demo.calendar import Closed
from bsoo.demo.chance import happens, pick, shuffled, whole
from bsoo.demo.history import Table
from bsoo.demo.network import Seat
from bsoo.demo.shelf import Shelf
from bsoo.demo.texts import read
from bsoo.meetings.calendar import moment
from bsoo.meetings.models import AgendaItem, Meeting, Origin, TextLevel
from bsoo.minutes.models import Action, ActionState, Block, BlockKind, Minutes, MinutesState
from bsoo.signals.models import COUNTED, Level, Signal

TOPICS = 3
"""Subjects in one meeting; each is talked about once in a region."""

STILL_OPEN = {1: 0.6, 2: 0.2}
"""The share of actions that are open, by how many quarters ago they were promised."""

DROPPED = 0.06

Topic = dict[str, Any]  # Any: as tomllib gives it


def minute(db: Session, shelf: Shelf, table: Table, closed: Closed, talked_about: set[str]) -> Minutes:
    """Write the minutes of one meeting. `talked_about` are the subjects that the region had before."""
    region, meeting = table.region, table.meeting
    topics = _chosen(table, talked_about)
    minutes = Minutes(
        meeting_id=meeting.id,
        region_id=region.id,
        state=_state(table, closed),
        summary="\n".join(topic["decision"] for topic in topics),
        started_at=moment(meeting.on, meeting.starts, meeting.timezone),
        adopted_on=meeting.on + timedelta(days=90) if region.hosts and closed.ago > 1 else None,
    )
    shelf.add(minutes)
    writer = _Writer(shelf, table, minutes, closed)
    for item, topic in _agenda(db, shelf, table, topics):
        writer.write(item, topic)
    return minutes


def _state(table: Table, closed: Closed) -> MinutesState:
    if not table.region.hosts:
        return MinutesState.DRAFT
    return MinutesState.PUBLISHED if closed.ago == 1 else MinutesState.ADOPTED


def _chosen(table: Table, talked_about: set[str]) -> list[Topic]:
    """The new subjects about which most was signalled."""
    themes = [one.theme for one in table.signals]
    free = [topic for topic in read("topics")["topic"] if topic["title"] not in talked_about]
    ranked = sorted(
        shuffled(free, "topics", table.region.slug, table.meeting.slug), key=lambda topic: -themes.count(topic["theme"])
    )
    chosen: list[Topic] = []
    for topic in ranked:
        if topic["theme"] not in {one["theme"] for one in chosen}:
            chosen.append(topic)
    talked_about.update(topic["title"] for topic in chosen[:TOPICS])
    return chosen[:TOPICS]


def _agenda(db: Session, shelf: Shelf, table: Table, topics: list[Topic]) -> list[tuple[AgendaItem, Topic | None]]:
    """Welcome, previous minutes, subjects around the break, round of questions, closing."""
    welcome, previous, pause, closing = db.exec(
        select(AgendaItem).where(AgendaItem.meeting_id == table.meeting.id).order_by(col(AgendaItem.position))
    ).all()
    subjects = [(_subject(table, topic), topic) for topic in topics]
    others = _item(table.meeting, "Rondvraag", 10, Origin.ADDED)
    items: list[tuple[AgendaItem, Topic | None]] = [(welcome, None), (previous, None), *subjects[:2], (pause, None)]
    items += [*subjects[2:], (others, None), (closing, None)]
    for position, (item, _topic) in enumerate(items):
        item.position = position
        if item not in db:
            shelf.add(item)
    return items


def _subject(table: Table, topic: Topic) -> AgendaItem:
    item = _item(table.meeting, topic["title"], 20, Origin.ADDED)
    item.question = topic["question"]
    behind = [one for one in table.signals if one.theme == topic["theme"] and _may_be_shown(one)]
    if behind:
        item.origin, item.signal_id = Origin.SIGNAL, behind[0].id
    return item


def _may_be_shown(signal: Signal) -> bool:
    return signal.state in COUNTED and signal.level is not Level.SENSITIVE


def _item(meeting: Meeting, title: str, minutes: int, origin: Origin) -> AgendaItem:
    return AgendaItem(
        region_id=meeting.region_id,
        meeting_id=meeting.id,
        title=title,
        minutes=minutes,
        origin=origin,
        level=TextLevel.PUBLIC,
    )


class _Writer:
    """Whoever took the minutes: lines in order, actions numbered."""

    def __init__(self, shelf: Shelf, table: Table, minutes: Minutes, closed: Closed) -> None:
        self._shelf = shelf
        self._table = table
        self._minutes = minutes
        self._closed = closed
        self._key = (table.region.slug, table.meeting.slug)
        self._lines = 0
        self._actions = 0

    def write(self, item: AgendaItem, topic: Topic | None) -> None:
        if topic is not None:
            self._write_topic(item, topic)
        elif item.standing_key == "welcome":
            self._line(item, read("replies")["opening"][0])
        elif item.standing_key == "previous":
            self._line(item, read("replies")["opening"][1])
            self._line(item, read("replies")["actions_item"], level=TextLevel.PARTICIPANTS)
        elif item.standing_key == "closing":
            self._line(item, read("replies")["closing"])
            self._line(item, read("replies")["internal"], level=TextLevel.INTERNAL)
        elif not item.standing_key:
            for text in shuffled(read("replies")["round_table"], "round", *self._key)[:2]:
                self._line(item, text, level=TextLevel.PARTICIPANTS)

    def _write_topic(self, item: AgendaItem, topic: Topic) -> None:
        for text in topic["information"]:
            self._line(item, text)
        self._line(item, topic["decision"], BlockKind.DECISION)
        for promised in topic["actions"]:
            self._action(self._line(item, promised["what"] + ".", BlockKind.ACTION), promised)

    def _line(
        self,
        item: AgendaItem,
        text: str,
        kind: BlockKind = BlockKind.INFORMATION,
        level: TextLevel = TextLevel.PUBLIC,
    ) -> Block:
        block = Block(
            minutes_id=self._minutes.id,
            agenda_item_id=item.id,
            position=self._lines,
            kind=kind,
            level=level,
            text=text,
            client_key=f"demo-{self._lines}",
            created_at=self._minutes.started_at,
            updated_at=self._minutes.started_at,
        )
        self._lines += 1
        self._shelf.add(block)
        return block

    def _action(self, block: Block, promised: Topic) -> None:
        self._actions += 1
        key = (*self._key, self._actions)
        owner = self._owner(promised["sector"])
        state, progress = self._went(*key)
        due_on = self._closed.on + timedelta(weeks=promised["weeks"])
        if state is ActionState.OPEN and happens(0.6, "later", *key):
            due_on = clock.today() + timedelta(days=whole(4, 30, "due", *key))
        by_name = owner.members[0] if happens(0.4, "by name", *key) else None
        self._shelf.add(
            Action(
                region_id=self._minutes.region_id,
                meeting_id=self._minutes.meeting_id,
                block_id=block.id,
                number=self._actions,
                text=block.text,
                owner_name=by_name.name if by_name is not None else owner.partner.name,
                owner_contact_id=by_name.contact_id if by_name is not None else None,
                owner_organisation_id=owner.organisation_id,
                due_on=due_on,
                state=state,
                progress=progress,
                created_at=self._minutes.started_at,
                closed_at=None
                if state is ActionState.OPEN
                else moment(
                    due_on - timedelta(days=whole(1, 6, *key)), self._table.region.rule_start, "Europe/Amsterdam"
                ),
            )
        )

    def _owner(self, sector: str) -> Seat:
        candidates = [seat for seat in self._table.seats if seat.partner.sector == sector and seat.members]
        return pick(candidates, "owner", sector, *self._key)

    def _went(self, *key: object) -> tuple[ActionState, str]:
        """Old actions are closed; of the last two meetings some are still open."""
        replies = read("replies")
        if happens(STILL_OPEN.get(self._closed.ago, 0), "open", *key):
            return ActionState.OPEN, pick(replies["progress"], "progress", *key) if happens(0.3, "told", *key) else ""
        if happens(DROPPED, "dropped", *key):
            return ActionState.DROPPED, replies["dropped"]
        return ActionState.DONE, pick(replies["done"], "done", *key)
