"""The running quarter: a meeting ahead, invitations that are being answered, signals and actions that wait."""

from datetime import datetime, time, timedelta

from sqlalchemy import update
from sqlmodel import Session, SQLModel, col, select

from bsoo import clock
from bsoo.access.actor import Actor, ActorKind
from bsoo.demo import incoming
from bsoo.demo.calendar import next_meeting
from bsoo.demo.chance import happens, pick, share, shuffled, weighted
from bsoo.demo.history import VOICES, Table, excuse, make_meeting, signal
from bsoo.demo.network import Member, Seat
from bsoo.demo.people import has_moved
from bsoo.demo.shelf import Shelf
from bsoo.demo.stories import active
from bsoo.demo.texts import read
from bsoo.logbook import LogEntry, entry
from bsoo.mail.models import Letter, LetterEvent, LetterState
from bsoo.meetings import answering, inviting
from bsoo.meetings.calendar import moment
from bsoo.meetings.models import AgendaItem, Answer, Invitation, InvitationAnswer, Meeting, Origin, TextLevel, Via
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.registry import consents
from bsoo.registry.consents import ConsentText
from bsoo.registry.models import JoinRequest, Organisation
from bsoo.registry.queries import contact_as_actor
from bsoo.signals.models import Level, Signal, State

INVITED = "amsterdam"
"""The region whose invitations are out; the other one that hosts still has them to send."""

ANSWERED, ANSWERED_EAGER = 0.55, 0.75
COMES_FIRST, COMES_NEXT, COMES_SELDOM, ONLINE = 0.85, 0.4, 0.18, 0.2
"""Of those who have answered: the first of an organisation that takes part, its others, and all others."""

COLLEAGUES = ("Jamila Bakkali", "Ruud Oosterhuis", "Mandy Verhoef", "Kevin Lont")
WEEKS_INVITED = 3

WAITS = {timedelta(days=5): 0.85, timedelta(days=21): 0.07}
"""The share of signals that wait for a decision, by how old they are at most."""

DECIDED: dict[State, float] = {State.ACCEPTED: 88, State.ASKED_BACK: 7, State.DECLINED: 5}


def live(db: Session, region: Region, seats: list[Seat], actor: Actor) -> None:
    """Write the running quarter of a region."""
    on = next_meeting(region, clock.today())
    meeting = make_meeting(db, region, Quarter.of(on), on)
    place = read("places")[region.slug]
    meeting.introduction = place.get("introduction", "")
    meeting.introduction_en = place.get("introduction_en", "")
    meeting.created_at = clock.now() - timedelta(days=40)
    shelf = Shelf()
    signals = signal(shelf, region, seats, Quarter.of(on), 0, before=clock.today() + timedelta(days=14))
    for one in signals:
        _settle(one, meeting)
        _tell(shelf, one.submitted_at or clock.now(), "signal.submitted", "signal", one, region)
    table = Table(region, meeting, seats, signals)
    if region.hosts:
        _set_agenda(db, shelf, table)
        _ask_to_join(shelf, region, consents.current(db, actor))
    shelf.write(db)
    if region.slug == INVITED:
        _invite(db, shelf, table, actor)
        shelf.write(db)
        began = clock.now()
        _send_colleagues(db, table)
        incoming.arrive(db, meeting)
        _spread(db, began)


def _settle(signal: Signal, meeting: Meeting) -> None:
    """What came in lately waits; of the weeks before most was decided, but some was left lying."""
    signal.outcome = ""
    submitted_at = signal.submitted_at or clock.now()
    age = clock.now() - submitted_at
    key = (signal.text, meeting.slug)
    waits = next((share for within, share in WAITS.items() if age <= within), 0)
    if happens(waits, "waits", *key):
        return
    signal.decided_at = signal.updated_at = min(clock.now(), submitted_at + timedelta(days=3))
    signal.state = weighted(DECIDED, "decided", *key)
    if signal.state is State.DECLINED:
        signal.reason = pick(read("replies")["declined"], *key)
    if signal.state is State.ASKED_BACK:
        signal.question = pick(read("replies")["asked"], *key)


def _set_agenda(db: Session, shelf: Shelf, table: Table) -> None:
    """Two signals have a place on the agenda already; some others wait for one, and there is room."""
    standing = db.exec(
        select(AgendaItem).where(AgendaItem.meeting_id == table.meeting.id).order_by(col(AgendaItem.position))
    ).all()
    ready = [one for one in table.signals if one.state is State.ACCEPTED and one.level is not Level.SENSITIVE]
    chosen: dict[str, Signal] = {}
    for one in shuffled(ready, "ready", table.region.slug):
        chosen.setdefault(one.theme, one)
    for one in list(chosen.values())[:6]:
        one.state = State.ON_AGENDA
    items = [_agenda_item(table.meeting, one) for one in list(chosen.values())[:2]]
    for position, item in enumerate([*standing[:2], *items, *standing[2:]]):
        item.position = position
        if item not in db:
            shelf.add(item)


def _agenda_item(meeting: Meeting, signal: Signal) -> AgendaItem:
    return AgendaItem(
        region_id=meeting.region_id,
        meeting_id=meeting.id,
        title=signal.title,
        question=signal.ask,
        minutes=20,
        origin=Origin.SIGNAL,
        signal_id=signal.id,
        level=TextLevel.PARTICIPANTS,
    )


def _ask_to_join(shelf: Shelf, region: Region, consent: ConsentText) -> None:
    name, organisation = pick(
        (("Jesse Winter", "Taalproject Samen"), ("Amira Said", "Straatzorg Overdag")), region.slug
    )
    shelf.add(
        JoinRequest(
            region_id=region.id,
            name=name,
            organisation=organisation,
            role="coördinator",
            email=f"{name.lower().replace(' ', '.')}@nieuwkomer.example.org",
            message=pick(read("replies")["join"], region.slug),
            asked_at=clock.now() - timedelta(days=2, hours=3),
            agreed_text_id=consent.id,
        )
    )


def _invite(db: Session, shelf: Shelf, table: Table, actor: Actor) -> None:
    """Invite everybody as a coordinator does, three weeks ago, and let most of them answer since."""
    meeting = table.meeting
    inviting.invite(db, actor, table.region, meeting)
    sent_at = moment(clock.today() - timedelta(weeks=WEEKS_INVITED), time(9, 2), meeting.timezone)
    _date_back(db, meeting, sent_at)
    members = {member.contact_id: (seat, member) for seat in table.seats for member in seat.members}
    voices = {partner.name for partner in active([seat.partner for seat in table.seats], VOICES[table.region.slug])}
    returned = _return_letters(db, shelf, meeting, sent_at)
    for invitation in db.exec(select(Invitation).where(Invitation.meeting_id == meeting.id)):
        if invitation.contact_id in members and invitation.contact_id not in returned:
            seat, member = members[invitation.contact_id]
            _answer(shelf, table, invitation, member, eager=seat.partner.name in voices, since=sent_at)


def _date_back(db: Session, meeting: Meeting, sent_at: datetime) -> None:
    tables = SQLModel.metadata.tables
    invitation, letter, mailing = tables["invitation"], tables["letter"], tables["mailing"]
    connection = db.connection()
    connection.execute(update(invitation).where(invitation.c.meeting_id == meeting.id).values(invited_at=sent_at))
    connection.execute(update(letter).where(letter.c.meeting_id == meeting.id).values(queued_at=sent_at))
    connection.execute(update(mailing).where(mailing.c.meeting_id == meeting.id).values(started_at=sent_at))
    log = tables["log_entry"]
    connection.execute(update(log).where(log.c.verb.in_(("meeting.invited", "invitation.made"))).values(at=sent_at))
    db.expire_all()


def _return_letters(db: Session, shelf: Shelf, meeting: Meeting, sent_at: datetime) -> set[object]:
    """Some letters came back: those people moved on. Gives whose."""
    returned: set[object] = set()
    for letter in db.exec(select(Letter).where(Letter.meeting_id == meeting.id)):
        if has_moved(letter.to_address):
            said = f"5.1.1 <{letter.to_address}>: user unknown"
            letter.state, letter.attempts, letter.smtp_code, letter.smtp_text = LetterState.REFUSED, 1, 550, said
            shelf.add(LetterEvent(letter_id=letter.id, at=sent_at, state=LetterState.REFUSED, smtp_code=550, text=said))
            returned.add(letter.contact_id)
    return returned


def _answer(
    shelf: Shelf, table: Table, invitation: Invitation, member: Member, *, eager: bool, since: datetime
) -> None:
    meeting = table.meeting
    if not happens(ANSWERED_EAGER if eager else ANSWERED, "has answered", member.name, meeting.slug):
        return
    coming = COMES_SELDOM if not eager else COMES_NEXT if member.place else COMES_FIRST
    answer = Answer.NO
    if happens(coming, "comes", member.name, meeting.slug):
        answer = Answer.ONLINE if happens(ONLINE, "online", member.name, meeting.slug) else Answer.ON_SITE
    at = since + (clock.now() - since) * share("answered", member.name, meeting.slug) ** 1.8
    invitation.answer = answer
    invitation.answered_at = invitation.viewed_at = at
    note = excuse(member, meeting, answer)
    shelf.put(InvitationAnswer, invitation_id=invitation.id, answer=answer, via=Via.PAGE, at=at, note=note)
    _tell(shelf, at, "invitation.answered", "invitation", invitation, table.region, answer=str(answer), via="page")


def _send_colleagues(db: Session, table: Table) -> None:
    """A few send somebody else, who gets an invitation of their own."""
    returned = select(Letter.contact_id).where(Letter.state == LetterState.REFUSED)
    silent = select(Invitation).where(
        Invitation.meeting_id == table.meeting.id,
        Invitation.answer == Answer.SILENT,
        col(Invitation.contact_id).not_in(returned),
    )
    for name, invitation in zip(COLLEAGUES, db.exec(silent.order_by(col(Invitation.id))).all(), strict=False):
        actor = contact_as_actor(db, invitation.contact_id)
        organisation = db.get(Organisation, invitation.organisation_id)
        if actor is not None and organisation is not None:
            email = f"{name[0].lower()}.{name.split()[-1].lower()}@{organisation.email.partition('@')[2]}"
            answering.answer(db, actor, invitation, answer=Answer.COLLEAGUE, colleague=answering.Colleague(name, email))


def _spread(db: Session, began: datetime) -> None:
    """What was done just now by actions of the product happened during the last days."""
    db.flush()
    for place, line in enumerate(db.exec(select(LogEntry).where(LogEntry.at >= began).order_by(col(LogEntry.at)))):
        line.at = began - timedelta(hours=17 + 3 * place)
        db.add(line)


def _tell(
    shelf: Shelf, at: datetime, verb: str, kind: str, subject: Signal | Invitation, region: Region, **facts: str
) -> None:
    """A line in the logbook, at the time when it happened."""
    line = entry(Actor(ActorKind.CONTACT, id=subject.contact_id), verb, kind, subject.id, region.id, **facts)
    line.at = at
    shelf.add(line)
