"""Searching among 50,000 contacts, beside the bare statement: the same words, region and page by the driver alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.bench.data import insert
from bsoo.bench.databases import NoServer, fill, new, server
from bsoo.bench.figures import Figure
from bsoo.db import Database
from bsoo.regions import region_by_slug
from bsoo.registry.finding import listing, searching
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Affiliation, Contact, Membership, Organisation

CONTACTS, HOUSES, REPEATS, MOST = 50_000, 900, 8, 3.0
WORDS = ("visser", "bakk", "anna mulder", "opvang", "vis")
BARE = """
SELECT c.id, c.display_name, (SELECT count(*) FROM contact c WHERE {asked})
FROM contact c WHERE {asked} ORDER BY c.sort_name LIMIT 50
"""
"""The quickest of several ways to write it, on both engines."""
ASKED = """
EXISTS (SELECT 1 FROM membership m WHERE m.contact_id = c.id AND m.region_id = :region)
AND c.archived_at IS NULL AND c.id NOT IN (SELECT e.contact_id FROM affiliation e WHERE e.ended_on IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM affiliation s WHERE s.contact_id = e.contact_id AND s.ended_on IS NULL))
"""
SAYS = "(c.search LIKE :w{n} OR c.search_more LIKE :w{n})"
FAMILY = ("Visser", "Bakker", "Mulder", "Smit", "Kaya", "Haddad", "Jansen", "Amrani")
GIVEN = ("Anna", "Bram", "Dewi", "Fatima", "Noor", "Rachid", "Samira")


def measure(folder: Path) -> Iterator[Figure]:
    """On SQLite, and on PostgreSQL where there is one."""
    database = Database(f"sqlite:///{folder / 'search.sqlite3'}")
    fill(database)
    yield _beside(database, "SQLite")
    try:
        with server(folder) as address, new(address, "search") as database:
            yield _beside(database, "PostgreSQL")
    except NoServer:
        return


def _beside(database: Database, engine: str) -> Figure:
    """Ours and the bare statement in turn, each word as often; the 95th of a hundred of both."""
    with database.transaction() as db:
        region_id = _people(db)
    _settle(database)
    ours, bare, cpu = list[float](), list[float](), 0.0
    for _repeat in range(REPEATS):
        for words in WORDS:
            with database.reading() as db:
                found, seconds = _timed(_bare, db, region_id, words)
                bare.append(seconds)
                began = process_time()
                also_found, seconds = _timed(_ours, db, region_id, words)
                ours.append(seconds)
                cpu += process_time() - began
                if not found or found != also_found:
                    raise RuntimeError(f"the bare statement finds {found}, and we {also_found}")
    database.engine.dispose()
    mine, limit = (sorted(times)[int(len(times) * 0.95)] * 1000 for times in (ours, bare))
    return Figure(
        name=f"50,000 contacts, {engine}",
        ours=mine,
        limit=limit,
        unit="ms, p95",
        p95=mine,
        cpu=cpu * 1000 / len(ours),
        ratio=mine / limit,
        aim="<= 3",
        met=mine <= MOST * limit,
    )


def _settle(database: Database) -> None:
    """The database counts its rows, as it does by itself some time after a large import."""
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _timed(find: Callable[[Session, UUID, str], int], db: Session, region_id: UUID, words: str) -> tuple[int, float]:
    began = perf_counter()
    return find(db, region_id, words), perf_counter() - began


def _ours(db: Session, region_id: UUID, words: str) -> int:
    return listing.People(db, SYSTEM, Wanted(text=words, region_id=region_id)).total


def _bare(db: Session, region_id: UUID, words: str) -> int:
    terms = searching.terms(words)
    asked = " AND ".join([ASKED, *(SAYS.format(n=place) for place in range(len(terms)))])
    region = region_id.hex if db.get_bind().dialect.name == "sqlite" else region_id
    values = {"region": region, **{f"w{place}": f"%{term}%" for place, term in enumerate(terms)}}
    rows = db.connection().execute(text(BARE.format(asked=asked)), values).all()
    return int(rows[0][2]) if rows else 0


def _people(db: Session) -> UUID:
    """Everybody sits somewhere, and one in ten sat somewhere before; one in fifty has left."""
    region = region_by_slug(db, "amsterdam")
    houses = insert(
        db, Organisation, [{"name": f"Inloophuis {n}", "name_key": f"inloophuis {n}"} for n in range(HOUSES)]
    )
    people = insert(db, Contact, [_contact(n) for n in range(CONTACTS)])
    insert(db, Membership, [{"contact_id": one, "region_id": region.id} for one in people])
    seats = [
        {
            "contact_id": one,
            "organisation_id": houses[n % HOUSES],
            "role": "maatschappelijk werker",
            "ended_on": clock.today() if n % 50 == 1 else None,
        }
        for n, one in enumerate(people)
    ]
    before = [{**seat, "ended_on": clock.today()} for seat in seats[::10]]
    insert(db, Affiliation, [*seats, *before])
    return region.id


def _contact(n: int) -> dict[str, str]:
    given, family = GIVEN[n % len(GIVEN)], f"{FAMILY[n % len(FAMILY)]}{n % 97 or ''}"
    name = f"{given} {family}"
    return {
        "given_name": given,
        "family_name": family,
        "display_name": name,
        "sort_name": f"{family} {given}".lower(),
        "search": f"{name} inloophuis {n % HOUSES} maatschappelijk werker p{n}@huis.example.org".lower(),
        "search_more": "zorg care medische zorg medical care" + (" nachtopvang" if n % 50 == 0 else ""),
    }
