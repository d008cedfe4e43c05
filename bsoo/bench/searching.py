"""Searching among 50,000 contacts, beside the bare statement: the same words, region and page by the driver alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, select

from bsoo.access.actor import SYSTEM
from bsoo.bench.databases import fill
from bsoo.bench.figures import Figure
from bsoo.db import Database
from bsoo.regions import region_by_slug
from bsoo.registry.finding import listing, searching
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Contact, Membership

CONTACTS, REPEATS, MOST = 50_000, 8, 3.0
WORDS = ("visser", "bakk", "anna mulder", "opvang", "vis")
BARE = """
SELECT c.id, c.display_name, (SELECT count(*) FROM contact c JOIN membership m ON m.contact_id = c.id WHERE {asked})
FROM contact c JOIN membership m ON m.contact_id = c.id WHERE {asked} ORDER BY c.sort_name LIMIT 50
"""
ASKED = "m.region_id = :region AND c.archived_at IS NULL"
SAYS = "(c.search LIKE :w{n} OR c.search_more LIKE :w{n})"
FAMILY = ("Visser", "Bakker", "Mulder", "Smit", "Kaya", "Haddad", "Jansen", "Amrani")
GIVEN = ("Anna", "Bram", "Dewi", "Fatima", "Noor", "Rachid", "Samira")


def measure(folder: Path) -> Iterator[Figure]:
    """Ours and the bare statement in turn, each word as often; the 95th of a hundred of both."""
    database = Database(f"sqlite:///{folder / 'search.sqlite3'}")
    fill(database)
    with database.transaction() as db:
        region_id = _people(db)
    ours, bare, cpu = list[float](), list[float](), 0.0
    for _repeat in range(REPEATS):
        for words in WORDS:
            with database.reading() as db:
                bare.append(_seconds(_bare, db, region_id, words))
                began = process_time()
                ours.append(_seconds(_ours, db, region_id, words))
                cpu += process_time() - began
    database.engine.dispose()
    mine, limit = (sorted(times)[int(len(times) * 0.95)] * 1000 for times in (ours, bare))
    yield Figure(
        name="search, 50,000 contacts",
        ours=mine,
        limit=limit,
        unit="ms, p95",
        p95=mine,
        cpu=cpu * 1000 / len(ours),
        ratio=mine / limit,
        aim="<= 3",
        met=mine <= MOST * limit,
    )


def _seconds(find: Callable[[Session, UUID, str], int], db: Session, region_id: UUID, words: str) -> float:
    began = perf_counter()
    if not find(db, region_id, words):
        raise RuntimeError("nobody was found, but there are some")
    return perf_counter() - began


def _ours(db: Session, region_id: UUID, words: str) -> int:
    return len(listing.People(db, SYSTEM, Wanted(text=words, region_id=region_id)).people)


def _bare(db: Session, region_id: UUID, words: str) -> int:
    terms = searching.terms(words)
    asked = " AND ".join([ASKED, *(SAYS.format(n=place) for place in range(len(terms)))])
    values = {"region": region_id.hex, **{f"w{place}": f"%{term}%" for place, term in enumerate(terms)}}
    return len(db.connection().execute(text(BARE.format(asked=asked)), values).all())


def _people(db: Session) -> UUID:
    region = region_by_slug(db, "amsterdam")
    rows = []
    for n in range(CONTACTS):
        given, family = GIVEN[n % len(GIVEN)], f"{FAMILY[n % len(FAMILY)]}{n % 97 or ''}"
        name = f"{given} {family}"
        rows.append(
            Contact(
                given_name=given,
                family_name=family,
                display_name=name,
                sort_name=f"{family} {given}".lower(),
                search=f"{name} inloophuis {n % 900} maatschappelijk werker p{n}@huis.example.org".lower(),
                search_more="zorg care medische zorg medical care" + (" nachtopvang" if n % 50 == 0 else ""),
            )
        )
    db.add_all(rows)
    db.flush()
    db.add_all(Membership(contact_id=one, region_id=region.id) for one in db.exec(select(Contact.id)))
    return region.id
