"""A database of the size that the benchmarks are about, made in a few large inserts."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel

from bsoo import clock, regions, tables
from bsoo.access import actions as access
from bsoo.access.actor import SYSTEM
from bsoo.access.models import Role
from bsoo.db import Database
from bsoo.logbook import LogEntry
from bsoo.meetings.agenda import make_standing_items
from bsoo.meetings.calendar import moment
from bsoo.meetings.entries import new_uid
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.quarters import Quarter
from bsoo.regions import Region, all_regions
from bsoo.registry import bulk, consents
from bsoo.registry.imports.changes import COLUMNS
from bsoo.registry.models import (
    Address,
    Affiliation,
    Contact,
    Membership,
    Organisation,
    OrganisationRegion,
    Sector,
)
from bsoo.signals import themes
from bsoo.signals.models import Kind, Level, Signal, State

CONTACTS, ORGANISATIONS, INVITED, SIGNALS, QUARTERS = 2_000, 500, 431, 10_000, 10

ANSWERS = (Answer.ON_SITE, Answer.SILENT, Answer.NO, Answer.SILENT, Answer.ONLINE)
STATES = (State.CLOSED, State.ACCEPTED, State.ACTION_RUNNING, State.CLOSED, State.RECEIVED)
TEXT = (
    "Sinds een paar weken zien wij dat mensen langer wachten op een plek. In die tijd slapen zij bij bekenden, "
    "vaak elke nacht ergens anders. Vorig jaar was er meestal binnen een week plek."
)

Row = dict[str, Any]  # Any: what a database driver takes


def make(database: Database) -> str:
    """Tables and rows; gives the session cookie of a coordinator."""
    tables.metadata.create_all(database.engine)
    with database.transaction() as db:
        regions.make_first_regions(db)
        themes.make_first_themes(db)
        consents.make_first_text(db)
        region = all_regions(db)[0]
        organisations = _organisations(db, region)
        contacts = _contacts(db, region, organisations)
        _meeting(db, region, contacts, organisations)
        _signals(db, region, contacts, organisations)
        _happenings(db, region, contacts)
        bulk.look_again(db.connection(), COLUMNS)
        user = access.grant(db, SYSTEM, email="bench@bsoo.example", role=Role.COORDINATOR, region=region, name="Noor")
        return access.open_browser(db, user, "bench")


def insert(db: Session, kind: type[SQLModel], rows: list[Row]) -> list[UUID]:
    """Write plain rows at once; gives their ids."""
    db.flush()
    found = [{"id": clock.new_id(), **row} for row in rows]
    db.connection().execute(SQLModel.metadata.tables[str(kind.__tablename__)].insert(), found)
    return [row["id"] for row in found]


def _organisations(db: Session, region: Region) -> list[UUID]:
    sectors = list(Sector)
    made = insert(
        db,
        Organisation,
        [
            {"name": f"Inloophuis {n}", "name_key": f"inloophuis {n}", "sector": sectors[n % 10], "place": region.name}
            for n in range(ORGANISATIONS)
        ],
    )
    insert(db, OrganisationRegion, [{"organisation_id": one, "region_id": region.id} for one in made])
    return made


def _contacts(db: Session, region: Region, organisations: list[UUID]) -> list[UUID]:
    names = [f"Samira{n} van den Berg" for n in range(CONTACTS)]
    rows = [
        {
            "given_name": f"Samira{n}",
            "infix": "van den",
            "family_name": "Berg",
            "display_name": name,
            "sort_name": f"berg samira{n:05}",
            "search": f"{name.lower()} inloophuis {n % ORGANISATIONS} s{n}@inloophuis.example.org",
            "phone": f"+3160000{n:04}",
        }
        for n, name in enumerate(names)
    ]
    made = insert(db, Contact, rows)
    insert(db, Address, [{"contact_id": one, "email": f"s{n}@inloophuis.example.org"} for n, one in enumerate(made)])
    insert(
        db,
        Affiliation,
        [
            {"contact_id": one, "organisation_id": organisations[n % ORGANISATIONS], "role": "maatschappelijk werker"}
            for n, one in enumerate(made)
        ],
    )
    confirmed = clock.today() - timedelta(days=90)
    insert(
        db,
        Membership,
        [{"contact_id": one, "region_id": region.id, "invited": True, "confirmed_on": confirmed} for one in made],
    )
    return made


def _meeting(db: Session, region: Region, contacts: list[UUID], organisations: list[UUID]) -> Meeting:
    on = clock.today() + timedelta(days=18)
    quarter = Quarter.of(on)
    meeting = Meeting(
        region_id=region.id,
        year=quarter.year,
        quarter=quarter.number,
        on=on,
        starts=time(13),
        ends=time(15, 30),
        venue="Buurthuis De Ankerplaats",
        address="Kadeplein 3, Amsterdam",
        calendar_uid=new_uid(),
    )
    db.add(meeting)
    db.flush()
    make_standing_items(db, SYSTEM, meeting)
    insert(
        db,
        Invitation,
        [
            {
                "meeting_id": meeting.id,
                "contact_id": one,
                "organisation_id": organisations[n % ORGANISATIONS],
                "answer": ANSWERS[n % 5],
                "answered_at": None if ANSWERS[n % 5] is Answer.SILENT else clock.now() - timedelta(hours=n),
            }
            for n, one in enumerate(contacts[:INVITED])
        ],
    )
    return meeting


def _signals(db: Session, region: Region, contacts: list[UUID], organisations: list[UUID]) -> None:
    codes = [code for code in themes.first_themes() if code != themes.OTHER]
    quarters = [Quarter.of(clock.today()).plus(-ago) for ago in range(QUARTERS)]
    rows = [
        _signal(n, region, quarters[n % QUARTERS], codes[n // QUARTERS % len(codes)])
        | {
            "organisation_id": organisations[n * 13 % ORGANISATIONS],
            "contact_id": contacts[n * 11 % CONTACTS],
        }
        for n in range(SIGNALS)
    ]
    insert(db, Signal, rows)


def _happenings(db: Session, region: Region, contacts: list[UUID]) -> None:
    rows = [
        {
            "at": clock.now() - timedelta(minutes=n),
            "actor_kind": "contact",
            "verb": "contact.added",
            "subject_kind": "contact",
            "subject_id": one,
            "region_id": region.id,
        }
        for n, one in enumerate(contacts[:50])
    ]
    insert(db, LogEntry, rows)


def _signal(n: int, region: Region, quarter: Quarter, theme: str) -> Row:
    at = _moment_in(quarter, n)
    return {
        "region_id": region.id,
        "year": quarter.year,
        "quarter": quarter.number,
        "kind": list(Kind)[n % 3],
        "theme": theme,
        "title": f"Mensen wachten langer op een plek ({n})",
        "text": TEXT,
        "search": TEXT.lower(),
        "level": list(Level)[n % 3],
        "state": STATES[n // QUARTERS % 5] if quarter == Quarter.of(clock.today()) else State.CLOSED,
        "created_at": at,
        "submitted_at": at,
        "updated_at": at,
    }


def _moment_in(quarter: Quarter, n: int) -> datetime:
    latest = min(quarter.last_day, clock.today())
    day = quarter.first_day + timedelta(days=n % max(1, (latest - quarter.first_day).days))
    return moment(day, time(9 + n % 8, n % 60), "Europe/Amsterdam")
