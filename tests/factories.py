"""Plain builders of the domain's things: no chance, no hidden children; each flushes what it adds."""

from datetime import date, time
from uuid import UUID

from sqlmodel import Session

from bsoo import clock
from bsoo.meetings.models import Answer, Invitation, Meeting, MeetingState
from bsoo.regions import Region
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion, Sector
from bsoo.signals.models import Kind, Level, Signal, State
from bsoo.text import fold


def organisation(
    db: Session, region: Region, name: str = "Inloophuis De Kade", *, sector: Sector = Sector.SHELTER
) -> Organisation:
    made = Organisation(name=name, name_key=fold(name), sector=sector, place=region.name)
    db.add(made)
    db.flush()
    db.add(OrganisationRegion(organisation_id=made.id, region_id=region.id))
    db.flush()
    return made


def contact(
    db: Session,
    region: Region,
    name: str = "Samira El Idrissi",
    *,
    at: Organisation | None = None,
    email: str = "",
    invited: bool = True,
    language: str = "nl",
    ended_on: date | None = None,
    role: str = "coördinator",
) -> Contact:
    """A contact of a region with one address, at an organisation when one is given."""
    given, _, family = name.partition(" ")
    address = email or f"{fold(name).replace(' ', '.')}@kade.example.org"
    made = Contact(
        given_name=given,
        family_name=family,
        display_name=name,
        sort_name=fold(f"{family} {given}"),
        search=fold(f"{name} {address} {at.name if at else ''}"),
        language=language,
    )
    db.add(made)
    db.flush()
    db.add(Address(contact_id=made.id, email=address))
    db.add(Membership(contact_id=made.id, region_id=region.id, invited=invited))
    if at is not None:
        db.add(Affiliation(contact_id=made.id, organisation_id=at.id, role=role, ended_on=ended_on))
    db.flush()
    return made


def meeting(
    db: Session,
    region: Region,
    *,
    on: date = date(2026, 12, 10),
    state: MeetingState = MeetingState.PLANNED,
    venue: str = "Buurthuis De Ankerplaats",
) -> Meeting:
    """The meeting of the quarter in which `on` falls, 13.00 to 15.30."""
    made = Meeting(
        region_id=region.id,
        year=on.year,
        quarter=(on.month - 1) // 3 + 1,
        on=on,
        starts=time(13, 0),
        ends=time(15, 30),
        venue=venue,
        state=state,
        calendar_uid=f"{clock.new_id()}@bsoo.example",
    )
    db.add(made)
    db.flush()
    return made


def invitation(
    db: Session,
    to_meeting: Meeting,
    to: Contact,
    *,
    answer: Answer = Answer.SILENT,
    organisation_id: UUID | None = None,
) -> Invitation:
    made = Invitation(
        meeting_id=to_meeting.id,
        contact_id=to.id,
        organisation_id=organisation_id,
        answer=answer,
        answered_at=None if answer is Answer.SILENT else clock.now(),
    )
    db.add(made)
    db.flush()
    return made


def signal(
    db: Session,
    region: Region,
    text: str = "Gezinnen wachten langer op een plek in de nachtopvang dan vorig jaar.",
    *,
    at: Organisation | None = None,
    by: Contact | None = None,
    theme: str = "onderdak",
    kind: Kind = Kind.NEED,
    level: Level = Level.SOURCE_CONFIDENTIAL,
    state: State = State.RECEIVED,
    quarter: tuple[int, int] = (2026, 4),
) -> Signal:
    made = Signal(
        region_id=region.id,
        year=quarter[0],
        quarter=quarter[1],
        organisation_id=at.id if at else None,
        contact_id=by.id if by else None,
        kind=kind,
        theme=theme,
        title=text[:80],
        text=text,
        level=level,
        state=state,
        search=fold(text),
        submitted_at=None if state is State.DRAFT else clock.now(),
    )
    db.add(made)
    db.flush()
    return made
